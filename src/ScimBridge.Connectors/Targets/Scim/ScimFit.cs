using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// Makes what is to be delivered fit what the service provider takes: what it refuses is left out, and who lacks what it demands is
/// refused without a call.
/// </summary>
internal sealed class ScimFit(ScimSwitches switches)
{
    /// <summary>The account as it is sent, or why it is not.</summary>
    public (DesiredAccount Account, Outcome? Refused) Of(DesiredAccount account, string call)
    {
        var attributes = new JsonObject();
        foreach (var (name, value) in account.Attributes)
        {
            if (Omits(schema: null, name))
                continue;
            attributes[name] = value is JsonObject extension && name.StartsWith(ScimSchemas.UrnPrefix, StringComparison.OrdinalIgnoreCase)
                ? Within(name, extension)
                : Single(account.Kind, name, value);
        }

        var fitting = account with { Attributes = attributes };
        if (account.Kind != AccountKind.User)
            return (fitting, null);
        var missing = switches.Required.Where(path => !Has(path, Home(attributes, path)?[path.Name])).Select(Written).ToList();
        return (fitting, missing.Count == 0 ? null : Missing(call, missing));
    }

    /// <summary>The changes as they are sent, and why some are not.</summary>
    public (List<AttributeChange> Changes, Outcome? Refused) Of(AccountKind kind, IReadOnlyList<AttributeChange> changes, string call)
    {
        var (fitting, missing) = (new List<AttributeChange>(), new List<string>());
        foreach (var change in changes.Where(change => !Omits(change.Schema, change.Name)))
        {
            var lacks = kind == AccountKind.User
                ? switches.Required.Where(path => path.IsOf(change.Schema, change.Name) && !Has(path, change.Value)).Select(Written).ToList()
                : [];
            if (lacks.Count == 0)
                fitting.Add(change.Schema is null ? change with { Value = Single(kind, change.Name, change.Value) } : change);
            missing.AddRange(lacks);
        }

        return (fitting, missing.Count == 0 ? null : Missing(call, missing));
    }

    private JsonObject Within(string schema, JsonObject extension)
    {
        var kept = new JsonObject();
        foreach (var (name, value) in extension.Where(attribute => !Omits(schema, attribute.Key)))
            kept[name] = value?.DeepClone();
        return kept;
    }

    private bool Omits(string? schema, string name) => switches.Omit.Any(omitted =>
        string.Equals(omitted, schema is null ? name : $"{schema}:{name}", StringComparison.OrdinalIgnoreCase)
        || (schema is not null && string.Equals(omitted, schema, StringComparison.OrdinalIgnoreCase)));

    private JsonNode? Single(AccountKind kind, string name, JsonNode? value)
    {
        if (kind != AccountKind.User || value is not JsonArray { Count: > 1 } values || !switches.SingleValued.Contains(name, StringComparer.OrdinalIgnoreCase))
            return value?.DeepClone();
        var chosen = values.FirstOrDefault(v => v is JsonObject complex && ScimJson.Truth(complex, "primary") == true) ?? values[0];
        return new JsonArray(chosen?.DeepClone());
    }

    private static JsonObject? Home(JsonObject attributes, ScimPath path) =>
        path.Schema is null ? attributes : attributes.FirstOrDefault(a => a.Key.Equals(path.Schema, StringComparison.OrdinalIgnoreCase)).Value as JsonObject;

    private static bool Has(ScimPath path, JsonNode? attribute) => path.Read(attribute) switch
    {
        null => false,
        JsonValue value when value.TryGetValue<string>(out var text) => !string.IsNullOrWhiteSpace(text),
        _ => true,
    };

    private static string Written(ScimPath path) =>
        (path.Schema is null ? "" : path.Schema + ":") + path.Name + (path.Type is null ? "" : $"[{path.Type}]") + (path.Sub is null ? "" : "." + path.Sub);

    private static Outcome Missing(string call, List<string> missing) => ScimFailures.Uncalled(
        call,
        $"The target demands {string.Join(", ", missing)}, and the account has none.",
        "Give the value in HR or by a mapping for this target; or correct required, if the target does not demand it.");
}
