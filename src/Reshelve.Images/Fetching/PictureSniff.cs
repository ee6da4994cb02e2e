using System.Text;

namespace Reshelve.Images.Fetching;

/// <summary>
/// Knows by the first bytes what is delivered in place of pictures most often, so that the report names it. What a picture is, the
/// decoder says.
/// </summary>
internal static class PictureSniff
{
    private const int Looked = 1024;

    /// <summary>What the bytes are if they are surely no picture: <c>an HTML page</c>; else null.</summary>
    public static string? WhatElse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return "empty";
        var head = bytes[..Math.Min(Looked, bytes.Length)];
        if (head.StartsWith("%PDF-"u8))
            return "a PDF document";
        if (head.StartsWith("PK\x03\x04"u8))
            return "a ZIP archive";
        if (head.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]))
            return "a gzip file";
        if (head.StartsWith("version https://git-lfs"u8))
            return "a pointer of Git LFS in place of the file";
        return IsVideo(head) ? "a video" : Text(head);
    }

    /// <summary>HEIF and AVIF pictures have the same box with other brands.</summary>
    private static bool IsVideo(ReadOnlySpan<byte> head) =>
        head.Length >= 12 && head[4..].StartsWith("ftyp"u8)
        && Encoding.Latin1.GetString(head.Slice(8, 4)) is "isom" or "iso2" or "iso4" or "iso5" or "iso6" or "mp41" or "mp42" or "avc1" or "qt  " or "M4V ";

    private static string? Text(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xef, 0xbb, 0xbf]))
            head = head[3..];
        var text = Encoding.Latin1.GetString(head).TrimStart(' ', '\t', '\r', '\n');
        if (text.Length == 0)
            return "white space only";
        if (text[0] is '{' or '[')
            return text.AsSpan(1).TrimStart() is ['"' or '{' or '[' or '}' or ']', ..] ? "a JSON document" : null;
        if (text[0] != '<' || text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return null;
        return IsHtml(text) ? "an HTML page" : text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase) ? "an XML document" : null;
    }

    private static bool IsHtml(string text) =>
        Array.Exists(["<!doctype html", "<html", "<head", "<body", "<script", "<title"], mark => text.Contains(mark, StringComparison.OrdinalIgnoreCase));
}
