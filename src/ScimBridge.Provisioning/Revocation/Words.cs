namespace ScimBridge.Provisioning.Revocation;

/// <summary>The words for kinds, states and verdicts: in the database, in the API and in what is hashed.</summary>
public static class Words
{
    /// <summary>The word for a value.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }

    /// <summary>The value of a word.</summary>
    /// <exception cref="ArgumentException">There is no such word.</exception>
    public static T Read<T>(string word)
        where T : struct, Enum => Enum.Parse<T>(word, ignoreCase: true);
}
