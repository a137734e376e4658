using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// Fingerprints of what a configuration decides: everything but where the bridge listens, keeps its data and whose credentials it takes,
/// and without any secret. The order of keys does not matter; a default that is written out does.
/// </summary>
public sealed class ConfigurationFingerprint
{
    // How the bridge is run says nothing about workers and accounts.
    private static readonly string[] Elsewhere = ["$schema", "server", "storage", "access", "signing", "signals", "journal"];
    private readonly Dictionary<string, string> _targets;

    private ConfigurationFingerprint(string all, string mapping, Dictionary<string, string> targets)
    {
        All = all;
        Mapping = mapping;
        _targets = targets;
    }

    /// <summary>Of the whole.</summary>
    public string All { get; }

    private string Mapping { get; }

    /// <summary>Takes the fingerprints of a configuration, as it is after the environment has overridden it.</summary>
    public static ConfigurationFingerprint Of(JsonObject configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var sections = new JsonObject(configuration.Where(p => !Elsewhere.Contains(p.Key)).Select(p => KeyValuePair.Create(p.Key, p.Value?.DeepClone())));
        return new ConfigurationFingerprint(
            Hash(sections),
            Hash(sections["mapping"]),
            (sections["targets"] as JsonObject ?? []).ToDictionary(t => t.Key, t => Hash(t.Value), StringComparer.Ordinal));
    }

    /// <summary>The targets of this configuration that are told something else than in the other one, or that the other one has not.</summary>
    public IReadOnlyList<string> TargetsUnlike(ConfigurationFingerprint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return [.. _targets.Where(t => Mapping != other.Mapping || other._targets.GetValueOrDefault(t.Key) != t.Value).Select(t => t.Key).Order(StringComparer.Ordinal)];
    }

    /// <summary>The targets of the other configuration that this one has not.</summary>
    public IReadOnlyList<string> TargetsGone(ConfigurationFingerprint other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return [.. other._targets.Keys.Except(_targets.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>Whether the node says where a secret is kept.</summary>
    internal static bool IsSecret(JsonNode? node) =>
        node is JsonObject { Count: 1 } reference && reference.First() is { Key: "env" or "file" or "value", Value: JsonValue };

    private static string Hash(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case not null when IsSecret(node):
                text.Append("secret");
                break;
            case JsonObject json:
                text.Append('{');
                foreach (var (name, value) in json.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    text.Append(JsonValue.Create(name).ToJsonString()).Append(':');
                    Write(value, text);
                    text.Append(',');
                }

                text.Append('}');
                break;
            case JsonArray array:
                text.Append('[');
                foreach (var value in array)
                {
                    Write(value, text);
                    text.Append(',');
                }

                text.Append(']');
                break;
            default:
                text.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }
}
