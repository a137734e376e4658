namespace ScimBridge.Scim.Quirks;

/// <summary>
/// No space between operator and value: <c>members[value eq"2819c223"]</c>, as an example of RFC 7644 3.5.2.2 has it against
/// the grammar of 3.4.2.2, and as clients copied it.
/// </summary>
public static class MissingSpaceInFilter
{
    public static readonly Quirk Quirk = new("missingSpaceInFilter");
}
