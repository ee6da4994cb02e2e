namespace Reshelve.StandIn.Analysis;

/// <summary>One word of a text.</summary>
/// <param name="Term">As it is compared.</param>
/// <param name="Position">Its place among the words of the field; values of a list lie 100 apart.</param>
/// <param name="Text">Which of the field's values it is in.</param>
/// <param name="Start">Where it begins in that value, in UTF-16 units.</param>
/// <param name="End">Where it ends.</param>
internal readonly record struct Token(string Term, int Position, int Text, int Start, int End);
