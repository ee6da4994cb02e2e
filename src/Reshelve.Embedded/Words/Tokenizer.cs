using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Reshelve.Embedded.Indexing;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Words;

/// <summary>
/// Splits text into words just as the full text table does: by FTS5's own tokenizer, through the interface that it has for
/// extensions (https://sqlite.org/fts5.html#extending_fts5). Of one connection, and used like it by one thread at a time.
/// </summary>
internal sealed unsafe class Tokenizer : IDisposable
{
    private const int ForQuery = 1;

    private readonly Methods _methods;
    private void* _handle;

    /// <exception cref="SqliteException">FTS5 does not know the tokenizer.</exception>
    public Tokenizer(SqliteDatabase database)
    {
        var api = FindApi(database);
        void* userData;
        Methods methods;
        fixed (byte* name = IndexLayout.Tokenizer)
            database.Check(api->FindTokenizer(api, name, &userData, &methods));
        _methods = methods;
        void* handle;
        fixed (byte* option = IndexLayout.TokenizerOption, value = IndexLayout.TokenizerOptionValue)
        {
            var arguments = stackalloc byte*[] { option, value };
            database.Check(methods.Create(userData, arguments, 2, &handle));
        }

        _handle = handle;
    }

    /// <summary>The words of a text, as UTF-8, folded.</summary>
    public IReadOnlyList<byte[]> Split(string text)
    {
        var words = new List<byte[]>();
        var bytes = Encoding.UTF8.GetBytes(text);
        var context = GCHandle.Alloc(words);
        try
        {
            fixed (byte* start = bytes)
                _ = _methods.Tokenize(_handle, (void*)GCHandle.ToIntPtr(context), ForQuery, start, bytes.Length, &Collect);
        }
        finally
        {
            context.Free();
        }

        return words;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_handle != null)
            _methods.Delete(_handle);
        _handle = null;
    }

    private static Api* FindApi(SqliteDatabase database)
    {
        Api* api = null;
        var select = database.Prepare("SELECT fts5(?1)").BindPointer(1, &api, "fts5_api_ptr\0"u8);
        select.Step();
        select.Reset();
        return api != null ? api : throw new SqliteException((int)SqliteError.Misuse, "FTS5 does not give its interface");
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Collect(void* context, int flags, byte* token, int length, int start, int end)
    {
        var words = (List<byte[]>)GCHandle.FromIntPtr((nint)context).Target!;
        words.Add(new ReadOnlySpan<byte>(token, length).ToArray());
        return SqliteNative.Ok;
    }

    // fts5_api and fts5_tokenizer of fts5.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct Api
    {
        public int Version;
        public void* CreateTokenizer;
        public delegate* unmanaged[Cdecl]<Api*, byte*, void**, Methods*, int> FindTokenizer;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Methods
    {
        public delegate* unmanaged[Cdecl]<void*, byte**, int, void**, int> Create;
        public delegate* unmanaged[Cdecl]<void*, void> Delete;
        public delegate* unmanaged[Cdecl]<void*, void*, int, byte*, int, delegate* unmanaged[Cdecl]<void*, int, byte*, int, int, int, int>, int> Tokenize;
    }
}
