using System.Text;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Hris;

/// <summary>What an HR system answers.</summary>
internal sealed record HrisReply(int Status, string ContentType, byte[] Body)
{
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static HrisReply Json(int status, JsonNode body) => new(status, "application/json;charset=utf-8", Encoding.UTF8.GetBytes(body.ToJsonString()));

    public static HrisReply Html(int status) => new(
        status, "text/html", "<!doctype html><title>Sign in</title><form method=post><input name=password></form>"u8.ToArray());
}
