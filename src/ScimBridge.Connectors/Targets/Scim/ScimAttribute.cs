using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>An attribute that resources are looked for by.</summary>
/// <param name="Filter">As a filter writes it.</param>
/// <param name="Values">Its values in a resource.</param>
/// <param name="Comparison">Whether case counts (RFC 7643 section 4.1: caseExact).</param>
internal sealed record ScimAttribute(string Filter, Func<JsonObject, IEnumerable<string?>> Values, StringComparison Comparison)
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public static ScimAttribute ExternalId { get; } = Core("externalId", StringComparison.Ordinal);

    public static ScimAttribute UserName { get; } = Core("userName", StringComparison.OrdinalIgnoreCase);

    public static ScimAttribute DisplayName { get; } = Core("displayName", StringComparison.OrdinalIgnoreCase);

    public static ScimAttribute EmployeeNumber { get; } = new(
        Enterprise + ":employeeNumber",
        resource => [ScimJson.Text(ScimJson.Get(resource, Enterprise) as JsonObject, "employeeNumber")],
        StringComparison.Ordinal);

    public static ScimAttribute Emails { get; } = new(
        "emails.value",
        resource => (ScimJson.Get(resource, "emails") as JsonArray ?? []).OfType<JsonObject>().Select(email => ScimJson.Text(email, "value")),
        StringComparison.OrdinalIgnoreCase);

    /// <summary>Its first value in what is to be delivered.</summary>
    public string? Of(DesiredAccount account) => Values(account.Attributes).FirstOrDefault(value => value is not null);

    public bool Has(JsonObject resource, string value) => Values(resource).Any(there => string.Equals(there, value, Comparison));

    private static ScimAttribute Core(string name, StringComparison comparison) => new(name, resource => [ScimJson.Text(resource, name)], comparison);
}
