using System.Text.Json.Nodes;

namespace ScimBridge.Server.Cli.Samples;

/// <summary>Where a sample came to something else than it expects.</summary>
/// <param name="Path">JSON path in the file of the sample.</param>
/// <param name="Expected">What was expected, as JSON.</param>
/// <param name="Got">What came of it, as JSON.</param>
internal sealed record SampleDifference(string Path, string Expected, string Got)
{
    /// <summary>Compares. Of objects only the members that are expected are looked at; lists are the same length.</summary>
    public static IEnumerable<SampleDifference> Between(string path, JsonNode? expected, JsonNode? got)
    {
        if (expected is JsonObject members && got is JsonObject found)
        {
            return members.SelectMany(m => Between(Hosting.StrictJson.Member(path, m.Key), m.Value, found[m.Key]));
        }

        if (expected is JsonArray list && got is JsonArray others && list.Count == others.Count)
            return list.SelectMany((item, i) => Between($"{path}[{i}]", item, others[i]));
        return JsonNode.DeepEquals(expected, got) ? [] : [new SampleDifference(path, Text(expected), Text(got))];
    }

    private static string Text(JsonNode? node) => node?.ToJsonString(Hosting.StrictJson.Options) ?? "null";
}
