using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Connectors.Sources.Json;

namespace ScimBridge.Connectors.Sources;

/// <summary>Every kind of HR system that records can come from; a new one is a folder and a line here.</summary>
public static class SourceKinds
{
    /// <summary>All kinds, by the word that a configuration says.</summary>
    public static IReadOnlyDictionary<string, SourceKind> All { get; } = new[]
    {
        new SourceKind("csv", typeof(CsvSourceOptions), Feeds.Open),
        new SourceKind("json", typeof(JsonSourceOptions), Feeds.Open),
    }.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
}
