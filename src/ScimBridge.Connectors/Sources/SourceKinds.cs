using ScimBridge.Connectors.Sources.BambooHr;
using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Connectors.Sources.Folder;
using ScimBridge.Connectors.Sources.Json;
using ScimBridge.Connectors.Sources.Personio;
using ScimBridge.Connectors.Sources.Rest;
using ScimBridge.Connectors.Sources.SuccessFactors;
using ScimBridge.Connectors.Sources.Workday;

namespace ScimBridge.Connectors.Sources;

/// <summary>Every kind of HR system that records can come from; a new one is a folder and a line here.</summary>
public static class SourceKinds
{
    /// <summary>All kinds, by the word that a configuration says.</summary>
    public static IReadOnlyDictionary<string, SourceKind> All { get; } = new[]
    {
        new SourceKind("csv", typeof(CsvSourceOptions), Feeds.Open),
        new SourceKind("json", typeof(JsonSourceOptions), Feeds.Open),
        new SourceKind("folder", typeof(FolderSourceOptions), Feeds.Open) { Pull = (options, clock) => new FolderPull((FolderSourceOptions)options, clock) },
        new SourceKind("rest", typeof(RestSourceOptions), Feeds.Open) { Pull = (options, clock) => new RestPull((RestSourceOptions)options, clock) },
        new SourceKind("workday", typeof(WorkdaySourceOptions), Feeds.Open) { Pull = (options, clock) => new WorkdayPull((WorkdaySourceOptions)options, clock) },
        new SourceKind("successfactors", typeof(SuccessFactorsSourceOptions), Feeds.Open) { Pull = (options, clock) => new SuccessFactorsPull((SuccessFactorsSourceOptions)options, clock) },
        new SourceKind("bamboohr", typeof(BambooHrSourceOptions), Feeds.Open) { Pull = (options, clock) => new BambooHrPull((BambooHrSourceOptions)options, clock) },
        new SourceKind("personio", typeof(PersonioSourceOptions), Feeds.Open) { Pull = (options, clock) => new PersonioPull((PersonioSourceOptions)options, clock) },
    }.ToDictionary(kind => kind.Name, StringComparer.Ordinal);
}
