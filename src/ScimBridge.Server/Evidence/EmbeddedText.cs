namespace ScimBridge.Server.Evidence;

/// <summary>The data files of this room.</summary>
internal static class EmbeddedText
{
    /// <summary>The text of a file.</summary>
    public static string Of(string name)
    {
        using var reader = new StreamReader(typeof(EmbeddedText).Assembly.GetManifestResourceStream("evidence/" + name)!);
        return reader.ReadToEnd();
    }
}
