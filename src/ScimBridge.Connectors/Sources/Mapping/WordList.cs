using System.Collections.Frozen;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>What the words of one field mean.</summary>
/// <param name="Section">The section of <c>words</c> that declares them.</param>
/// <param name="Declared">What the records say.</param>
/// <param name="Canonical">What constants say.</param>
internal sealed record WordList<T>(string Section, FrozenDictionary<string, T> Declared, FrozenDictionary<string, T> Canonical)
    where T : struct, Enum
{
    public static WordList<T> Of(string section, Dictionary<string, string> words, FrozenDictionary<string, T> canonical) => new(
        section,
        words.Count == 0
            ? canonical
            : words.ToFrozenDictionary(pair => pair.Key.Trim(), pair => canonical[pair.Value], StringComparer.OrdinalIgnoreCase),
        canonical);
}
