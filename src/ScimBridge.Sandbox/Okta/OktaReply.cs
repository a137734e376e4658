using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>What an org answers.</summary>
internal sealed record OktaReply(int Status, string? Body)
{
    public string ContentType { get; init; } = "application/json";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public byte[] Bytes => Encoding.UTF8.GetBytes(Body ?? "");

    public static OktaReply Empty(int status) => new(status, null);

    public static OktaReply Of(JsonNode body) => new(200, body.ToJsonString());

    public static OktaReply Error(int status, string code, string summary, params string[] causes) => new(
        status,
        new JsonObject
        {
            ["errorCode"] = code,
            ["errorSummary"] = summary,
            ["errorLink"] = code,
            ["errorId"] = "oae" + OktaIds.Tail(),
            ["errorCauses"] = new JsonArray([.. causes.Select(cause => (JsonNode)new JsonObject { ["errorSummary"] = cause })]),
        }.ToJsonString());

    public static OktaReply Invalid(string field, string cause) => Error(400, "E0000001", $"Api validation failed: {field}", cause);

    public static OktaReply Taken(string field) => Invalid(field, $"{field}: An object with this field already exists in the current organization");

    public static OktaReply NotFound(string id, string type) => Error(404, "E0000007", $"Not found: Resource not found: {id} ({type})");
}

/// <summary>Ids as Okta draws them.</summary>
internal static class OktaIds
{
    public static string Tail() => Guid.NewGuid().ToString("N")[..17];

    /// <summary>What nobody guesses.</summary>
    public static string Secret() => Convert.ToHexString(RandomNumberGenerator.GetBytes(20));
}
