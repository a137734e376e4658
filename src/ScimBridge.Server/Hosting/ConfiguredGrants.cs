using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Hosting;

/// <summary>Reads rules of roles and entitlements: those of the configuration, and those that are in force, which the database keeps.</summary>
public sealed class ConfiguredGrants
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private ConfiguredGrants(GrantRules rules, string text)
    {
        Rules = rules;
        Text = text;
    }

    /// <summary>The rules.</summary>
    public GrantRules Rules { get; }

    /// <summary>The rules as one text, in the order in which what they give is listed.</summary>
    public string Text { get; }

    /// <summary>
    /// The rules of such a text. Where one cannot be read any more, because a schema that it speaks of is gone, its attribute stays as it is: nobody may lose
    /// access because a file was moved.
    /// </summary>
    public static GrantRules Read(string text, SchemaCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rules = new List<GrantRule>();
        var unreadable = new HashSet<string>(StringComparer.Ordinal);
        var attributes = JsonNode.Parse(text)!.AsObject();
        foreach (var (attribute, configured) in attributes)
        {
            foreach (var (key, json) in configured!.AsObject())
            {
                var faults = new List<ConfigurationFault>();
                var options = (GrantOptions?)StrictJson.Read(json, typeof(GrantOptions), key, faults);
                if (options is not null && Rule(attribute, key, options, key, catalog, faults) is { } rule)
                    rules.Add(rule);
                else
                    unreadable.Add(attribute);
            }
        }

        return new GrantRules(
            attributes.Select(a => a.Key).Where(a => !unreadable.Contains(a)).ToHashSet(StringComparer.Ordinal), rules.FindAll(r => !unreadable.Contains(r.Attribute)))
        {
            Unreadable = unreadable,
        };
    }

    internal static ConfiguredGrants Read(BridgeOptions options, SchemaCatalog catalog, List<ConfigurationFault> faults)
    {
        var rules = new List<GrantRule>();
        var json = new JsonObject();
        (string Attribute, Dictionary<string, GrantOptions>? Options)[] attributes = [("roles", options.Roles), ("entitlements", options.Entitlements)];
        foreach (var (attribute, configured) in attributes)
        {
            if (configured is null)
                continue;
            json[attribute] = JsonSerializer.SerializeToNode(configured, StrictJson.Options);
            foreach (var (key, grant) in configured)
            {
                if (Rule(attribute, key, grant, StrictJson.Member($"$.{attribute}", key), catalog, faults) is { } rule)
                    rules.Add(rule);
            }
        }

        return new ConfiguredGrants(
            json.Count == 0 ? GrantRules.None : new GrantRules(json.Select(a => a.Key).ToHashSet(StringComparer.Ordinal), rules), json.ToJsonString(Readable));
    }

    private static GrantRule? Rule(string attribute, string key, GrantOptions grant, string at, SchemaCatalog catalog, List<ConfigurationFault> faults)
    {
        var asGroup = new GroupOptions
        {
            DisplayName = key, Where = grant.Where, Privileged = grant.Privileged, Licence = grant.Licence, UntilDays = grant.UntilDays,
        };
        if (grant.Value is { } value && string.IsNullOrWhiteSpace(value))
            faults.Add(new(at + ".value", "must not be empty; left out it is the key."));
        return ConfiguredGroups.Rule(key, asGroup, at, catalog, faults) is { } rule
            ? new GrantRule(attribute, grant.Value ?? key, rule) { Display = grant.Display, Type = grant.Type }
            : null;
    }
}
