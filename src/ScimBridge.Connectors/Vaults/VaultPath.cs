namespace ScimBridge.Connectors.Vaults;

/// <summary>A path in a vault: names between slashes, of letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and <c>~</c>, none of dots alone.</summary>
public static class VaultPath
{
    /// <summary>Whether it is one.</summary>
    public static bool IsValid(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Length <= 512 && Array.TrueForAll(
            path.Split('/'), part => part.Length > 0 && part.Any(c => c != '.') && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~'));
    }

    /// <summary>A name within a path: what may not stand in one is written as <c>~</c> and its hex code.</summary>
    public static string Escape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c.ToString() : $"~{(int)c:x2}"));
    }
}
