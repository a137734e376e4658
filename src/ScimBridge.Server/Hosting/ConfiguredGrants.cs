using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Server.Hosting;

/// <summary>The rules of roles and entitlements of a configuration.</summary>
public sealed class ConfiguredGrants
{
    private ConfiguredGrants(GrantRules rules, string hash)
    {
        Rules = rules;
        Hash = hash;
    }

    /// <summary>The rules.</summary>
    public GrantRules Rules { get; }

    /// <summary>Tells one set of rules from another: SHA-256, hex.</summary>
    public string Hash { get; }

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
                var at = StrictJson.Member($"$.{attribute}", key);
                var asGroup = new GroupOptions
                {
                    DisplayName = key, Where = grant.Where, Privileged = grant.Privileged, Licence = grant.Licence, UntilDays = grant.UntilDays,
                };
                if (grant.Value is { } value && string.IsNullOrWhiteSpace(value))
                    faults.Add(new(at + ".value", "must not be empty; left out it is the key."));
                if (ConfiguredGroups.Rule(key, asGroup, at, catalog, faults) is { } rule)
                    rules.Add(new GrantRule(attribute, grant.Value ?? key, rule) { Display = grant.Display, Type = grant.Type });
            }
        }

        return new ConfiguredGrants(
            json.Count == 0 ? GrantRules.None : new GrantRules(json.Select(a => a.Key).ToHashSet(StringComparer.Ordinal), rules),
            Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(json))));
    }
}
