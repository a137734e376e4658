using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Queries;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Campaigns in which those who answer for some accounts confirm that they are needed: of an age, or unused, or whatever a filter selects.</summary>
internal static class RecertificationsApi
{
    private const int Most = 10_000;
    private const int LongestDays = 3_660;

    public static void Map(WebApplication app)
    {
        app.MapPost("/admin/v1/recertifications", BeginAsync).RequireAuthorization(Scopes.AdminOperate);
        app.MapGet("/admin/v1/recertifications", ListAsync).RequireAuthorization(Scopes.AdminRead);
        app.MapGet("/admin/v1/recertifications/{id}", GetAsync).RequireAuthorization(Scopes.AdminRead);
    }

    // { "filter": "criticality le 2", "olderThanDays": 180, "inactiveDays": 90, "by": "2026-06-30T00:00:00Z" }
    private static async Task BeginAsync(
        HttpContext http, BridgeConfiguration configuration, AccountBook accounts, Database database, IClock clock, IAlarm alarm, CancellationToken cancel)
    {
        var body = JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));
        var now = clock.GetCurrentInstant();
        var by = body["by"] is JsonValue text && text.TryGetValue<string>(out var at) && InstantPattern.ExtendedIso.Parse(at) is { Success: true } parsed && parsed.Value > now
            ? parsed.Value
            : throw HrisRequest.Invalid("by is an instant to come, such as 2030-06-30T00:00:00Z.");
        var (older, inactive) = (Days(body, "olderThanDays"), Days(body, "inactiveDays"));
        var filter = body["filter"] switch
        {
            null => null,
            JsonValue value when value.TryGetValue<string>(out var words) => words,
            _ => throw HrisRequest.Invalid("filter is a filter of SCIM."),
        };
        var type = configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!;
        var parsedFilter = filter is null ? null : FilterParser.Parse(filter, type, ClientProfile.Strict);
        var page = await database.ReadAsync(
            s => ResourceQueries.PageAsync(
                s,
                new ResourceQuery
                {
                    Catalog = configuration.Catalog,
                    BaseUrl = configuration.Options.Server.PublicUrl ?? configuration.Options.Server.Url,
                    Selections = [new ResourceSelection(type, parsedFilter, null)],
                    Count = Most + 1,
                },
                cancel),
            cancel);
        if (page.Rows.Count > Most)
            throw ScimError.TooMany($"The filter selects more than {Most} accounts: begin several campaigns.").AsException();
        var caller = Caller.Of(http);
        var campaign = new Recertification(ResourceId.New(now), filter, caller.Actor, now.ToMicroseconds(), by.ToMicroseconds());
        var asked = await database.WriteAsync(
            async s =>
            {
                var ids = await accounts.AskAsync(s, [.. page.Rows.Select(r => r.Id)], IsMeant, by, caller.Actor, caller.Correlation, cancel);
                await RecertificationStore.AddAsync(s, campaign, ids, cancel);
                return ids.Count;
            },
            cancel);
        foreach (var receiver in configuration.Options.Notifications.Keys)
            alarm.Wake(new DrainKey(DrainKind.Notify, receiver));
        http.Response.Headers.Location = $"/admin/v1/recertifications/{campaign.Id}";
        await BatchesApi.WriteAsync(http, StatusCodes.Status201Created, Describe(campaign with { Asked = asked }));

        bool IsMeant(ServiceAccount account) =>
            (older is null || !(account.AttestedAt > now - older)) && (inactive is null || !(account.LastUsedAt > now - inactive));
    }

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var campaigns = await database.ReadAsync(s => RecertificationStore.ListAsync(s, HrisRequest.Query(http.Request, "before"), count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["recertifications"] = new JsonArray([.. campaigns.Select(c => (JsonNode)Describe(c))]),
            ["next"] = campaigns.Count == count ? campaigns[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string id, Database database, CancellationToken cancel)
    {
        var campaign = ResourceIds.IsOne(id) ? await database.ReadAsync(s => RecertificationStore.FindAsync(s, id, cancel), cancel) : null;
        await BatchesApi.WriteAsync(
            http, StatusCodes.Status200OK, Describe(campaign ?? throw ScimError.NotFound("There is no such recertification.").AsException()));
    }

    private static Duration? Days(JsonObject body, string name) => body[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<int>(out var days) && days is >= 0 and <= LongestDays => Duration.FromDays(days),
        _ => throw HrisRequest.Invalid($"{name} is a number of days, at most {LongestDays}."),
    };

    private static JsonObject Describe(Recertification campaign) => new()
    {
        ["id"] = campaign.Id,
        ["filter"] = campaign.Filter,
        ["requestedBy"] = campaign.RequestedBy,
        ["requestedAt"] = Text(campaign.RequestedAt),
        ["by"] = Text(campaign.DueAt),
        ["asked"] = campaign.Asked,
        ["attested"] = campaign.Attested,
        ["ended"] = campaign.Ended,
        ["open"] = campaign.Asked - campaign.Attested - campaign.Ended,
    };

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
