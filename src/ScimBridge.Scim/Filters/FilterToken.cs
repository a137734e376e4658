namespace ScimBridge.Scim.Filters;

internal enum FilterTokenKind
{
    End,
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    Word,
    Text,
}

/// <summary>A token of a filter. A word is a name, an operator, a number or one of true, false, null.</summary>
internal readonly record struct FilterToken(FilterTokenKind Kind, string Text, int Position, bool AfterSpace)
{
    public bool IsWord(string word) =>
        Kind == FilterTokenKind.Word && string.Equals(Text, word, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Kind switch
    {
        FilterTokenKind.End => "the end",
        FilterTokenKind.Text => "a string",
        _ => $"\"{(Text.Length > 60 ? Text[..60] + "..." : Text)}\"",
    };
}
