namespace Reshelve.Running;

/// <summary>A record that could not become a document, or that the index refused.</summary>
/// <param name="Record">Its number in the feed, from 1; 0 when only the document is known.</param>
/// <param name="File">The feed's file.</param>
/// <param name="Offset">Where it begins in the file's expanded UTF-8 text, in bytes; -1 when unknown.</param>
/// <param name="Id">Its id, where that could be read.</param>
/// <param name="Field">The field at fault, where it is one.</param>
/// <param name="Reason">What is wrong and what would help.</param>
/// <param name="Bytes">The record as delivered (of one over the size limit: its beginning).</param>
public sealed record RejectedRecord(long Record, string File, long Offset, string? Id, string? Field, string Reason, byte[] Bytes);
