using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>A call to Graph, read in full; an item of a batch is one, too.</summary>
/// <param name="Method">The method.</param>
/// <param name="Segments">The path behind <c>/v1.0</c>, as it is on the wire but for escapes.</param>
/// <param name="Query">The query.</param>
/// <param name="Headers">The headers that Graph heeds, by name.</param>
/// <param name="Body">The body.</param>
internal sealed record GraphRequest(
    string Method, string[] Segments, IReadOnlyDictionary<string, string> Query, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>It came to <c>/beta</c> and not to <c>/v1.0</c>.</summary>
    public bool IsBeta { get; init; }

    public string Path => $"/{(IsBeta ? "beta" : "v1.0")}/{string.Join('/', Segments)}";

    public bool IsRead => Method == "GET";

    /// <summary>What is served by an index that lags behind, and understands more.</summary>
    public bool IsAdvanced => Headers.GetValueOrDefault("ConsistencyLevel") == "eventual" && Query.GetValueOrDefault("$count") == "true";

    public IReadOnlyList<string> Select => Query.GetValueOrDefault("$select")?.Split(',', StringSplitOptions.TrimEntries) ?? [];

    /// <summary>The body as an object; null where it is none.</summary>
    public JsonObject? Object()
    {
        try
        {
            return JsonNode.Parse(Body, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>A request line: the path behind <c>/v1.0/</c> with its query.</summary>
    public static GraphRequest Of(string method, string address, IReadOnlyDictionary<string, string> headers, string body)
    {
        var mark = address.IndexOf('?', StringComparison.Ordinal);
        var path = mark < 0 ? address : address[..mark];
        var query = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in mark < 0 ? [] : address[(mark + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var (name, value) = equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
            query[Uri.UnescapeDataString(name)] = Uri.UnescapeDataString(value.Replace('+', ' '));
        }

        return new GraphRequest(
            method, [.. path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)], query, headers, body);
    }
}
