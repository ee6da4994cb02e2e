namespace Reshelve.Feeds;

/// <summary>The encodings that a feed's text is read in.</summary>
internal enum TextEncoding
{
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
    Latin1,
    Windows1252,
}
