using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Cli.Samples;

/// <summary>A golden sample without faults.</summary>
/// <param name="File">The file that it stands in, relative to the folder of samples.</param>
/// <param name="Path">Where in the file it stands: a JSON path.</param>
/// <param name="Options">What it says.</param>
/// <param name="Source">The source.</param>
internal sealed record GoldenSample(string File, string Path, SampleOptions Options, ConfiguredSource Source)
{
    /// <summary>The word for "at no time".</summary>
    public const string Never = "never";

    private static readonly JsonDocumentOptions Reading = new()
    {
        CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false,
    };

    /// <summary>The samples of a file.</summary>
    /// <exception cref="ConfigurationException">The file cannot be read, or has faults; all are listed.</exception>
    public static IReadOnlyList<GoldenSample> Read(string folder, string path, BridgeConfiguration configuration)
    {
        var name = System.IO.Path.GetRelativePath(folder, path);
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(System.IO.File.ReadAllText(path), documentOptions: Reading);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"{name} cannot be read: {e.Message}", e);
        }

        var faults = new List<ConfigurationFault>();
        var samples = json is JsonArray list
            ? list.Select((node, i) => Sample(name, $"$[{i}]", node, configuration, faults)).ToList()
            : [Sample(name, "$", json, configuration, faults)];
        return faults.Count == 0 ? samples.OfType<GoldenSample>().ToList() : throw new ConfigurationException(name, faults);
    }

    /// <summary>The instant that a text of a sample without faults names.</summary>
    public static Instant InstantOf(string text) => InstantPattern.ExtendedIso.Parse(text).GetValueOrThrow();

    private static GoldenSample? Sample(
        string file, string path, JsonNode? json, BridgeConfiguration configuration, List<ConfigurationFault> faults)
    {
        var before = faults.Count;
        if (StrictJson.Read(json, typeof(SampleOptions), path, faults) is not SampleOptions options)
            return null;
        var source = options.Source is { } named
            ? configuration.Sources.FirstOrDefault(s => s.Name == named)
            : configuration.Sources.Count == 1 ? configuration.Sources[0] : null;
        if (source is null)
            faults.Add(new($"{path}.source", $"must be one of {string.Join(", ", configuration.Sources.Select(s => s.Name))}."));
        faults.AddRange((options.Lifecycle?.Faults() ?? []).Select(f => f with { Path = $"{path}.lifecycle{f.Path}" }));
        if (options.Records.Count == 0)
            faults.Add(new($"{path}.records", "needs a record."));
        if (options.Expect.Count == 0)
            faults.Add(new($"{path}.expect", "needs an expectation: one that expects nothing cannot fail."));
        for (var i = 0; i < options.Records.Count; i++)
            faults.AddRange(Faults(options.Records[i], $"{path}.records[{i}]"));
        for (var i = 0; i < options.Expect.Count; i++)
            faults.AddRange(Faults(options.Expect[i], $"{path}.expect[{i}]"));
        return faults.Count == before ? new GoldenSample(file, path, options, source!) : null;
    }

    private static IEnumerable<ConfigurationFault> Faults(SampleRecord record, string at)
    {
        if (!IsInstant(record.At))
            yield return new($"{at}.at", "must be an instant, as 2026-03-02T09:00:00Z.");
        if (record.Row is null == record.Facts is null)
            yield return new(at, "needs either row or facts.");
        if (record.Row is not null && record.EffectiveFrom is not null)
            yield return new($"{at}.effectiveFrom", "is for facts; of a row it is a column.");
        if (record.Facts is not null && record.Refused)
            yield return new($"{at}.refused", "is for a row; facts are believed.");
        if (record.EffectiveFrom is { } day && !LocalDatePattern.Iso.Parse(day).Success)
            yield return new($"{at}.effectiveFrom", "must be a day, as 2026-03-02.");
        if (record.Facts is { } facts && FaultOf(facts) is { } fault)
            yield return new($"{at}.facts", fault);
    }

    private static string? FaultOf(JsonObject facts)
    {
        try
        {
            WorkerFactsJson.Read(facts.ToJsonString());
            return facts.Select(f => f.Key).FirstOrDefault(name => !Enum.GetValues<WorkerField>().Any(f => f.ToString().Equals(name, StringComparison.OrdinalIgnoreCase)))
                is { } unknown ? $"'{unknown}' is no fact." : null;
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    private static IEnumerable<ConfigurationFault> Faults(SampleExpectation expected, string at)
    {
        if (!IsInstant(expected.At))
            yield return new($"{at}.at", "must be an instant, as 2026-03-02T09:00:00Z.");
        foreach (var (name, text) in new[] { ("nextChange", expected.NextChange), ("deleteAt", expected.DeleteAt) })
        {
            if (text is not null && text != Never && !IsInstant(text))
                yield return new($"{at}.{name}", "must be an instant, as 2026-03-02T09:00:00Z, or never.");
        }

        if (expected.Access is { } access && !Enum.GetValues<AccessState>().Any(s => JsonNamingPolicy.CamelCase.ConvertName(s.ToString()) == access))
        {
            yield return new(
                $"{at}.access", $"must be one of {string.Join(", ", Enum.GetValues<AccessState>().Select(s => JsonNamingPolicy.CamelCase.ConvertName(s.ToString())))}.");
        }

        if (expected is { Access: null, Rule: null, Exists: null, User: null, Groups: null, NextChange: null, DeleteAt: null })
            yield return new(at, "expects nothing.");
    }

    private static bool IsInstant(string text) => InstantPattern.ExtendedIso.Parse(text).Success;
}
