using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Memberships with their grounds, rules and hands, and memberships for a time.</summary>
internal static class MembershipsApi
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/admin/v1/memberships", ListAsync).RequireAuthorization(Scopes.AdminRead);
        app.MapPut("/admin/v1/memberships", PutAsync).RequireAuthorization(Scopes.AdminOperate);
    }

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var member = HrisRequest.Query(http.Request, "member") ?? throw HrisRequest.Invalid("member is required: the id of a user or a group.");
        var (memberships, suspended) = await database.ReadAsync(
            async s => (await MembershipStore.OfMembersAsync(s, [member], cancel), await MembershipStore.SuspendedAsync(s, [member], cancel)), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["memberships"] = new JsonArray([.. memberships.OrderBy(m => m.GroupId, StringComparer.Ordinal).Select(m => (JsonNode)Describe(m))]),
            ["suspended"] = new JsonArray([.. suspended.OrderBy(m => m.GroupId, StringComparer.Ordinal).Select(m => (JsonNode)new JsonObject
            {
                ["group"] = m.GroupId, ["until"] = Text(m.Until),
            })]),
        });
    }

    // { "group": "...", "member": "...", "until": "2026-09-30T22:00:00Z" }; without until, for good.
    private static async Task PutAsync(HttpContext http, ScimWriter writer, IClock clock, IAlarm alarm, CancellationToken cancel)
    {
        var body = JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));
        if (body.FirstOrDefault(p => p.Key is not ("group" or "member" or "until")).Key is { } unknown)
            throw HrisRequest.Invalid($"There is no {unknown} here; there are group, member and until.");
        var (group, member) = (IdOf(body, "group"), IdOf(body, "member"));
        var until = UntilOf(body["until"]);
        if (until <= clock.GetCurrentInstant())
            throw HrisRequest.Invalid("until has passed already.");
        var given = await writer.RunAsync(
            Caller.Of(http),
            async (changer, _) =>
            {
                await changer.GiveAsync(group, member, until);
                return group;
            },
            async (session, _) => (await MembershipStore.FindAsync(session, group, member, cancel))!.Value,
            cancel);
        if (until is { } end)
            alarm.WakeAt(new DrainKey(DrainKind.EndMemberships, EndMemberships.Name), end);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(given));
    }

    private static string IdOf(JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var id) && ResourceIds.IsOne(id)
            ? id
            : throw HrisRequest.Invalid($"{name} is required: the id of a resource.");

    private static Instant? UntilOf(JsonNode? node) => node is null ? null
        : node is JsonValue value && value.TryGetValue<string>(out var text) ? HrisRequest.AsOf(text)
        : throw HrisRequest.Invalid("until is an instant, as 2026-03-01T00:00:00Z is, or left out.");

    /// <summary>A membership with its grounds.</summary>
    public static JsonObject Describe(Membership m) => new()
    {
        ["group"] = m.GroupId,
        ["member"] = m.MemberId,
        ["by"] = new JsonArray([.. new[] { m.ByRule ? "rule" : null, m.ByHand ? "hand" : null }.OfType<string>().Select(g => (JsonNode)g)]),
        ["since"] = Text(m.Since),
        ["until"] = Text(m.Until),
    };

    private static string? Text(long? microseconds) =>
        microseconds is { } at ? InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(at)) : null;
}
