namespace ScimBridge.Scim.Quirks;

/// <summary>
/// No space between operator and value: <c>members[value eq"2819c223"]</c>, as an example of RFC 7644 3.5.2.2 has it against
/// the grammar of 3.4.2.2, and as clients copied it. The
/// space around <c>and</c> and <c>or</c> may be missing too, next to a parenthesis.
/// Source: RFC 7644 3.5.2.2; erratum 7319 reports the like for <c>not(</c>.
/// </summary>
public static class MissingSpaceInFilter
{
    public static readonly Quirk Quirk = new("missingSpaceInFilter");
}
