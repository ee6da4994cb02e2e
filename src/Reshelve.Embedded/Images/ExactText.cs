using System.Runtime.InteropServices;
using System.Text;
using Reshelve.Embedded.Sqlite;

namespace Reshelve.Embedded.Images;

/// <summary>
/// Text that must come back as it was, whatever a feed holds. It is kept as UTF-8; what is no valid Unicode (half of a surrogate pair) is kept as a blob of its
/// UTF-16 code units instead, which equals no text.
/// </summary>
internal static class ExactText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static SqliteStatement BindExact(this SqliteStatement statement, int parameter, string? text)
    {
        if (text is null)
            return statement.BindNull(parameter);
        try
        {
            return statement.BindText(parameter, Strict.GetBytes(text));
        }
        catch (EncoderFallbackException)
        {
            return statement.BindBlob(parameter, MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    public static string? Exact(this SqliteStatement statement, int column) => statement.Type(column) switch
    {
        SqliteType.Null => null,
        SqliteType.Blob => new string(MemoryMarshal.Cast<byte, char>(statement.Blob(column))),
        _ => statement.Text(column),
    };
}
