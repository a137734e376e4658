using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Signals;

/// <summary>The resource that a signal is about, as it is when it is told.</summary>
/// <param name="Path">Where it is, from the base URL of SCIM on: <c>/Users/{id}</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Body">Its body; null where it is deleted.</param>
public sealed record SignalSubject(string Path, string Id, JsonObject? Body)
{
    /// <summary>
    /// The address by which others know an account: its primary e-mail address; without one the first; without any the user name, where that is
    /// an address. Null where there is none.
    /// </summary>
    public static string? AddressOf(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var emails = (body["emails"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var email = emails.Find(e => e["primary"] is JsonValue primary && primary.TryGetValue<bool>(out var isPrimary) && isPrimary) ?? emails.FirstOrDefault();
        if (Text(email?["value"]) is { } address)
            return address;
        return Text(body["userName"]) is { } name && name.Contains('@', StringComparison.Ordinal) ? name : null;
    }

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
