using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Queries;
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
                var page = await ResourceQueries.PageAsync(
                    s,
                    new ResourceQuery
                    {
                        Catalog = catalog,
                        BaseUrl = addresses.BaseUrl(http),
                        Selections = [new ResourceSelection(type, filter)],
                        StartIndex = start,
                        Count = count,
                        NeedsTotal = true,
                    },
                    http.RequestAborted);
                return new ListResponse
                {
                    TotalResults = page.Total,
                    StartIndex = start,
                    Resources = await RepresentAsync(s, http, type, page.Rows),
                };
            },
            http.RequestAborted);
    }

    private async Task<List<JsonObject>> RepresentAsync(
        Session session, HttpContext http, ResourceType type, IReadOnlyList<ResourceRow> rows)
    {
        var ids = rows.Select(r => r.Id).ToArray();
        var related = type.Relation is { } relation
            ? (await MembershipStore.OfGroupsAsync(session, ids, http.RequestAborted))
                .Select(m => (Of: m.GroupId, Name: relation, m.Id, ResourceType: m.Type, m.Display, Type: m.Type))
            : type.Derived.Contains("groups")
                ? (await MembershipStore.GroupsOfAsync(session, ids, http.RequestAborted))
                    .Select(g => (Of: g.MemberId, Name: "groups", Id: g.GroupId, ResourceType: g.Type, g.Display, Type: g.Direct ? "direct" : "indirect"))
                : [];
        var baseUrl = addresses.BaseUrl(http);
        var resources = rows.Select(row => Represent(row, type, baseUrl)).ToList();
        var byId = resources.ToDictionary(r => r["id"]!.GetValue<string>(), StringComparer.Ordinal);
        foreach (var (of, name, id, resourceType, display, kind) in related)
        {
            var list = byId[of][name] as JsonArray ?? [];
            byId[of][name] ??= list;
            list.Add((JsonNode)new JsonObject
            {
                ["value"] = id,
                ["$ref"] = $"{baseUrl}{catalog.FindResourceType(resourceType)!.Endpoint}/{id}",
                ["display"] = display,
                ["type"] = kind,
            });
        }

        return resources;
    }

    private static JsonObject Represent(ResourceRow row, ResourceType type, string baseUrl)
    {
        var resource = JsonNode.Parse(row.Body)!.AsObject();
        resource["id"] = row.Id;
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
