using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Reshelve.Mapping;

/// <summary>
/// Where the tokens of a record lie: the places of <c>{ } [ ] : ,</c> outside strings, of both quotes of each string, and of
/// the first byte of each other value. Found 64 bytes at a time and almost without branches, after the first stage of Langdale
/// and Lemire, "Parsing Gigabytes of JSON per Second", The VLDB Journal 28 (2019), https://arxiv.org/abs/1902.08318. Whether
/// the tokens make up JSON is for the reader of the index to see. Reused from record to record.
/// </summary>
internal sealed class JsonIndex
{
    /// <summary>
    /// The longest record that is indexed; it bounds the memory that one hostile record makes us keep.
    /// </summary>
    public const int MaxLength = 1 << 20;

    private const int BlockBytes = 64;
    private const int Sentinels = 4;
    private const ulong OddBits = 0xAAAA_AAAA_AAAA_AAAA;

    private int[] _places = new int[1024 + BlockBytes];
    private int _count;

    /// <summary>How many tokens there are.</summary>
    public int Count => _count;

    /// <summary>
    /// The tokens' places, in order. Behind the last one the first comes a few times: who reads on too far finds the brace that
    /// opens the record, and no record goes on after it that way: it wants a name or a brace behind it.
    /// </summary>
    public ReadOnlySpan<int> Places => _places.AsSpan(0, _count + Sentinels);

    /// <summary>Whether there is a backslash anywhere.</summary>
    public bool HasEscapes { get; private set; }

    /// <summary>Whether all bytes are ASCII.</summary>
    public bool IsAscii { get; private set; }

    /// <summary>Indexes a record.</summary>
    /// <returns>
    /// False when it is too long, does not begin with a brace, has control characters where none may be, or ends within a
    /// string.
    /// </returns>
    public bool TryBuild(ReadOnlySpan<byte> json) =>
        Vector512.IsHardwareAccelerated ? TryBuild<ByteMasks512>(json)
        : Vector256.IsHardwareAccelerated ? TryBuild<ByteMasks256>(json)
        : TryBuild<ByteMasks128>(json);

    /// <summary>Indexes a record with vectors of one width, so that tests can compare them.</summary>
    [SkipLocalsInit]
    internal bool TryBuild<TMasks>(ReadOnlySpan<byte> json)
        where TMasks : struct, IByteMasks
    {
        if (json.Length > MaxLength)
            return false;
        if (_places.Length < json.Length + BlockBytes)
            _places = new int[Math.Max(2 * _places.Length, json.Length + BlockBytes)];
        var state = default(State);
        ref var bytes = ref MemoryMarshal.GetReference(json);
        ref var places = ref MemoryMarshal.GetArrayDataReference(_places);
        var at = 0;
        for (; at <= json.Length - BlockBytes; at += BlockBytes)
            state.Add<TMasks>(ref Unsafe.Add(ref bytes, at), at, ref places);
        Span<byte> rest = stackalloc byte[BlockBytes];
        rest.Fill((byte)' ');
        json[at..].CopyTo(rest);
        state.Add<TMasks>(ref MemoryMarshal.GetReference(rest), at, ref places);
        _count = state.Count;
        HasEscapes = state.Backslashes != 0;
        IsAscii = state.NonAscii == 0;
        if (state.IsInString || state.IsBad || _count == 0 || json[_places[0]] != '{')
            return false;
        _places.AsSpan(_count, Sentinels).Fill(_places[0]);
        return true;
    }

    /// <summary>What one block must know of those before it, and the answers so far.</summary>
    private struct State
    {
        private ulong _nextIsEscaped;
        private ulong _inString;
        private ulong _lastIsScalar;
        private ulong _bad;

        public int Count;
        public ulong Backslashes;
        public ulong NonAscii;

        public readonly bool IsInString => _inString != 0;

        public readonly bool IsBad => _bad != 0;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TMasks>(ref byte bytes, int at, ref int places)
            where TMasks : struct, IByteMasks
        {
            var backslashes = TMasks.Equal(ref bytes, (byte)'\\');
            var quotes = TMasks.Equal(ref bytes, (byte)'"') & ~Escaped(backslashes);
            Backslashes |= backslashes;
            NonAscii |= ~TMasks.Below(ref bytes, 0x80);

            // From each opening quote up to the byte before the closing one.
            var strings = PrefixXor(quotes) ^ _inString;
            _inString = (ulong)((long)strings >> 63);

            var spaces = TMasks.Equal(ref bytes, (byte)' ');
            var controls = TMasks.Below(ref bytes, (byte)' ');
            if (controls != 0)
            {
                var breaks = TMasks.Equal(ref bytes, (byte)'\n') | TMasks.Equal(ref bytes, (byte)'\r') | TMasks.Equal(ref bytes, (byte)'\t');
                _bad |= controls & (strings | ~breaks);
                spaces |= breaks;
            }

            // Opening and closing brackets and braces differ in this bit.
            var operators = TMasks.EqualWith(ref bytes, 0x20, (byte)'{') | TMasks.EqualWith(ref bytes, 0x20, (byte)'}') |
                TMasks.Equal(ref bytes, (byte)':') | TMasks.Equal(ref bytes, (byte)',');
            var scalars = ~(operators | spaces | strings | quotes);
            var starts = scalars & ~((scalars << 1) | _lastIsScalar);
            _lastIsScalar = scalars >> 63;
            Write(quotes | (operators & ~strings) | starts, at, ref places);
        }

        /// <summary>
        /// The bytes that an escape takes its meaning from: in each run of backslashes every second one, and the byte behind a run
        /// of odd length. The difference borrows its way through a run, and against the odd bits shows every second place from the
        /// run's beginning, wherever it begins.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private ulong Escaped(ulong backslashes)
        {
            var maybeEscapes = backslashes & ~_nextIsEscaped;
            var behind = (maybeEscapes << 1) | OddBits;
            var ends = (behind - maybeEscapes) ^ OddBits;
            var escaped = ends ^ (backslashes | _nextIsEscaped);
            _nextIsEscaped = (ends & backslashes) >> 63;
            return escaped;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Write(ulong tokens, int at, ref int places)
        {
            ref var place = ref Unsafe.Add(ref places, Count);
            Count += BitOperations.PopCount(tokens);
            for (; tokens != 0; tokens &= tokens - 1)
            {
                place = at + BitOperations.TrailingZeroCount(tokens);
                place = ref Unsafe.Add(ref place, 1);
            }
        }

        /// <summary>Each bit becomes the parity of those up to it.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static ulong PrefixXor(ulong bits)
        {
            if (Pclmulqdq.IsSupported)
                return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
            for (var shift = 1; shift < 64; shift *= 2)
                bits ^= bits << shift;
            return bits;
        }
    }
}
