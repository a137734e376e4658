using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Server.Api;

/// <summary>
/// A SCIM user as an HR record of canonical names. Only what the user has is stated. <c>active</c> is the working relationship:
/// false means that it has ended.
/// </summary>
internal static class ScimUserRecord
{
    private static readonly (string Scim, string Field)[] Core =
    [
        ("displayName", "displayName"), ("title", "title"), ("preferredLanguage", "preferredLanguage"), ("timezone", "timeZone"),
        ("userType", "type"),
    ];

    private static readonly (string Scim, string Field)[] Enterprise =
    [
        ("employeeNumber", "employeeNumber"), ("costCenter", "costCenter"), ("organization", "company"), ("division", "division"),
        ("department", "department"),
    ];

    private static readonly string[] Hr = ["startDate", "contractEndDate", "terminationDate", "lastDayOfWork"];

    /// <summary>The key of the worker.</summary>
    public static string? IdOf(JsonObject user) => (user["externalId"] as JsonValue)?.ToString();

    /// <summary>The record.</summary>
    /// <param name="user">The user.</param>
    /// <param name="isKnown">Of somebody new, what must be known and is not said is taken for the usual: an employee who works.</param>
    public static JsonObject Of(JsonObject user, bool isKnown)
    {
        var record = new JsonObject { ["workerId"] = user["externalId"]?.DeepClone() };
        Take(user, Core, record);
        if (user["name"] is JsonObject name)
            Take(name, [("givenName", "givenName"), ("familyName", "familyName")], record);
        Value(user["emails"], "work", record, "workEmail");
        Value(user["phoneNumbers"], "work", record, "workPhone");
        if (user[UserMapping.EnterpriseSchema] is JsonObject enterprise)
        {
            Take(enterprise, Enterprise, record);
            if (enterprise.ContainsKey("manager"))
                record["managerId"] = enterprise["manager"] is JsonObject manager ? manager["value"]?.DeepClone() : null;
        }

        if (user[HrExtension.Urn] is JsonObject hr)
            Take(hr, [.. Hr.Select(h => (h, h))], record);
        if (user["active"] is JsonValue active)
            record["status"] = active.ToString().Equals("false", StringComparison.OrdinalIgnoreCase) ? "terminated" : "active";
        if (isKnown)
            return record;
        record.TryAdd("status", "active");
        record.TryAdd("type", "employee");
        return record;
    }

    private static void Take(JsonObject from, (string Scim, string Field)[] names, JsonObject to)
    {
        foreach (var (scim, field) in names)
        {
            if (from.TryGetPropertyValue(scim, out var value))
                to[field] = value?.DeepClone();
        }
    }

    private static void Value(JsonNode? list, string type, JsonObject to, string field)
    {
        if (list is not JsonArray { Count: > 0 } values)
            return;
        var chosen = values.OfType<JsonObject>().FirstOrDefault(v => v["type"]?.ToString() == type) ?? values.OfType<JsonObject>().FirstOrDefault();
        if (chosen is not null)
            to[field] = chosen["value"]?.DeepClone();
    }
}
