using ScimBridge.Connectors.Sources.Csv;

namespace ScimBridge.Connectors.Sources;

/// <summary>Every kind of HR system that records can come from; a new one is a folder and a line here.</summary>
public static class SourceKinds
{
    /// <summary>All kinds, by the word that a configuration says.</summary>
    public static IReadOnlyDictionary<string, SourceKind> All { get; } = new[]
    {
        new SourceKind("csv", typeof(CsvSourceOptions), (options, handedIn) => new CsvSource((CsvSourceOptions)options, handedIn)),
    }.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
}
