using System.Text;

namespace Reshelve.Feeds;

/// <summary>
/// Gives the characters of valid UTF-8 to a reader that wants a <see cref="TextReader"/>; used again for the next text.
/// </summary>
internal sealed class CharacterReader : TextReader
{
    /// <summary>What a giant record made grow beyond this is let go after it.</summary>
    private const int Ordinary = 256 << 10;

    private char[] _characters = new char[4 << 10];
    private int _at;
    private int _end;

    public void Use(ReadOnlySpan<byte> utf8)
    {
        if (_characters.Length < utf8.Length || _characters.Length > Ordinary)
            _characters = new char[Math.Max(4 << 10, utf8.Length)];
        _end = Encoding.UTF8.GetChars(utf8, _characters);
        _at = 0;
    }

    public override int Peek() => _at < _end ? _characters[_at] : -1;

    public override int Read() => _at < _end ? _characters[_at++] : -1;

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    public override int Read(Span<char> buffer)
    {
        var length = Math.Min(buffer.Length, _end - _at);
        _characters.AsSpan(_at, length).CopyTo(buffer);
        _at += length;
        return length;
    }
}
