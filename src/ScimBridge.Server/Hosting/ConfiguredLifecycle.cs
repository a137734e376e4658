using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Server.Hosting;

/// <summary>Writes the policy of a configuration as text, and reads the one that is in force, which the database keeps.</summary>
public static class ConfiguredLifecycle
{
    /// <summary>The options as one text, in which the order of keys does not matter, nor whether what is usual is written out.</summary>
    public static string Text(LifecycleOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Sorted(JsonSerializer.SerializeToNode(options, StrictJson.Options))!.ToJsonString();
    }

    /// <summary>The policy of such a text; null where this version of the product does not understand it.</summary>
    public static LifecyclePolicy? Read(string text)
    {
        var faults = new List<ConfigurationFault>();
        var options = (LifecycleOptions?)StrictJson.Read(JsonNode.Parse(text), typeof(LifecycleOptions), "$", faults);
        return options is null || options.Faults().Any() ? null : options.Policy();
    }

    /// <summary>What two such texts say differently: <c>path</c>, and the values <c>inForce</c> and <c>wanted</c>.</summary>
    internal static IReadOnlyList<JsonObject> Differences(string inForce, string wanted) => [.. Differences("lifecycle", JsonNode.Parse(inForce), JsonNode.Parse(wanted))];

    private static IEnumerable<JsonObject> Differences(string path, JsonNode? inForce, JsonNode? wanted)
    {
        if (inForce is JsonObject before && wanted is JsonObject after)
        {
            return before.Select(p => p.Key).Union(after.Select(p => p.Key), StringComparer.Ordinal).Order(StringComparer.Ordinal)
                .SelectMany(name => Differences(StrictJson.Member(path, name), before[name], after[name]));
        }

        return JsonNode.DeepEquals(inForce, wanted)
            ? []
            : [new JsonObject { ["path"] = path, ["inForce"] = inForce?.DeepClone(), ["wanted"] = wanted?.DeepClone() }];
    }

    private static JsonNode? Sorted(JsonNode? node) => node is JsonObject json
        ? new JsonObject(json.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => KeyValuePair.Create(p.Key, Sorted(p.Value))))
        : node?.DeepClone();
}
