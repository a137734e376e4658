using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Reads resources and puts their representations together: body, id, meta, members, groups.</summary>
internal sealed class ScimReader(Database database, SchemaCatalog catalog, ScimAddresses addresses)
{
    /// <summary>The size of a page where the client asks for none.</summary>
    public const int DefaultPageSize = 100;

    /// <summary>The most resources on a page.</summary>
    public const int MaxPageSize = 1_000;

    /// <summary>One resource, or null.</summary>
    public Task<JsonObject?> FindAsync(HttpContext http, ResourceType type, string id) => database.ReadAsync<JsonObject?>(
        async s =>
        {
            var row = await ResourceStore.FindAsync(s, type.Name, id, http.RequestAborted);
            return row is null ? null : (await RepresentAsync(s, http, type, [row]))[0];
        },
        http.RequestAborted);

    /// <summary>A page of resources.</summary>
    public Task<ListResponse> ListAsync(HttpContext http, ResourceType type)
    {
        var query = http.Request.Query;
        var start = Math.Max(1, Number(query["startIndex"], 1, "startIndex"));
        var count = Math.Clamp(Number(query["count"], DefaultPageSize, "count"), 0, MaxPageSize);
        var filter = query["filter"].ToString() is { Length: > 0 } text
            ? FilterParser.Parse(text, type, ClientProfile.Strict, inUrl: true)
            : null;
        return database.ReadAsync(
            async s =>
            {
                var (path, value) = filter switch
                {
                    null => (null, null),
                    Comparison { Operator: ComparisonOperator.Equal } c when type.Indexed.Contains(c.Path) => (c.Path.ToString(), c.Value.IndexText),
                    _ => throw ScimError.InvalidFilter("Only eq on an indexed attribute can be filtered for.").AsException(),
                };
                var page = await ResourceStore.PageAsync(s, type.Name, path, value, start - 1, count, http.RequestAborted);
                return new ListResponse
                {
                    TotalResults = page.Total,
                    StartIndex = start,
                    Resources = await RepresentAsync(s, http, type, page.Rows),
                };
            },
            http.RequestAborted);
    }

    private async Task<List<JsonObject>> RepresentAsync(Session session, HttpContext http, ResourceType type, List<ResourceRow> rows)
    {
        var related = type.Relation is not null
            ? await MembershipStore.MembersAsync(session, rows.ConvertAll(r => r.Id), http.RequestAborted)
            : type.Derived.Contains("groups") ? await MembershipStore.GroupsAsync(session, rows.ConvertAll(r => r.Id), http.RequestAborted) : [];
        var byResource = related.ToLookup(r => r.OfId, StringComparer.Ordinal);
        var baseUrl = addresses.BaseUrl(http);
        return rows.ConvertAll(row => Represent(row, type, baseUrl, [.. byResource[row.Id]]));
    }

    private JsonObject Represent(ResourceRow row, ResourceType type, string baseUrl, List<RelatedResource> related)
    {
        var resource = JsonNode.Parse(row.Body)!.AsObject();
        resource["id"] = row.Id;
        if (related.Count > 0)
        {
            resource[type.Relation ?? "groups"] = new JsonArray([.. related.Select(r => (JsonNode)new JsonObject
            {
                ["value"] = r.Id,
                ["$ref"] = $"{baseUrl}{catalog.FindResourceType(r.Type)!.Endpoint}/{r.Id}",
                ["display"] = r.Display,
                ["type"] = type.Relation is null ? "direct" : r.Type,
            })]);
        }

        resource["meta"] = new JsonObject
        {
            ["resourceType"] = type.Name,
            ["created"] = Timestamp(row.CreatedAt),
            ["lastModified"] = Timestamp(row.ModifiedAt),
            ["location"] = $"{baseUrl}{type.Endpoint}/{row.Id}",
            ["version"] = string.Create(CultureInfo.InvariantCulture, $"W/\"{row.Version}\""),
        };
        return resource;
    }

    private static string Timestamp(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));

    private static int Number(string? text, int absent, string name)
    {
        if (string.IsNullOrEmpty(text))
            return absent;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw ScimError.InvalidValue($"{name} must be a whole number.").AsException();
    }
}
