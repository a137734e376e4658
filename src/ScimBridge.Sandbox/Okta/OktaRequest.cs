using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>A call to an org, read in full.</summary>
/// <param name="Method">The method.</param>
/// <param name="Segments">The path behind the org's address.</param>
/// <param name="BaseUrl">The org's address.</param>
/// <param name="Query">The query.</param>
/// <param name="Body">The body.</param>
internal sealed record OktaRequest(string Method, string[] Segments, string BaseUrl, IQueryCollection Query, string Body)
{
    public string Address => $"{BaseUrl}/{string.Join('/', Segments)}";

    public string? Parameter(string name) => Query.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>The profile in the body; null where there is none.</summary>
    public JsonObject? Profile()
    {
        try
        {
            return (JsonObject?)(JsonNode.Parse(Body) as JsonObject)?["profile"]?.DeepClone();
        }
        catch (Exception e) when (e is JsonException or InvalidCastException)
        {
            return null;
        }
    }
}
