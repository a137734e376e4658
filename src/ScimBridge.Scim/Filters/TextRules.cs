namespace ScimBridge.Scim.Filters;

/// <summary>What text a database can hold and compare.</summary>
internal static class TextRules
{
    /// <summary>
    /// Whether the text has neither U+0000, which PostgreSQL does not store, nor U+FFFE, which has no normal form, nor half a
    /// surrogate pair, which UTF-8 has no form for.
    /// </summary>
    public static bool IsStorable(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\0' or '\uFFFE')
            {
                return false;
            }

            if (char.IsSurrogate(text[i]) && (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])))
            {
                return false;
            }
        }

        return true;
    }
}
