using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>If this person leaves: these accounts, these secrets, these successors, these deadlines. A dry run, as JSON or as CSV.</summary>
internal static class ImpactApi
{
    public static void Map(WebApplication app) =>
        app.MapGet("/admin/v1/workers/{id}/impact", ImpactAsync).RequireAuthorization(Scopes.AdminRead);

    private static async Task ImpactAsync(
        HttpContext http, string id, BridgeConfiguration configuration, PolicyBook policies, IDateTimeZoneProvider zones, Database database, IClock clock, CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant();
        var impact = !ResourceIds.IsOne(id) ? null : await database.ReadAsync(
            async s => await ResourceStore.FindAsync(s, configuration.Catalog.User.Name, id, cancel) is null
                ? null
                : await LeaverImpact.TryAsync(s, configuration, policies, zones, id, now, cancel),
            cancel);
        if (impact is null)
            throw ScimError.NotFound("There is no such user.").AsException();
        var rows = impact.Select(i => Describe(i, id, now)).ToList();
        if (http.Request.Headers.Accept.ToString().Contains("text/csv", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.ContentType = "text/csv; charset=utf-8";
            await http.Response.WriteAsync(Csv(rows), cancel);
            return;
        }

        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["user"] = id,
            ["accounts"] = rows.Count,
            ["secrets"] = rows.Sum(r => r["secrets"]!.AsArray().Count),
            ["orphans"] = rows.Count(r => (bool)r["isOrphan"]!),
            ["impact"] = new JsonArray([.. rows]),
        });
    }

    private static JsonObject Describe(AccountImpact impact, string personId, Instant now)
    {
        var (before, after) = (impact.Row.Account, impact.After);
        return new JsonObject
        {
            ["id"] = before.Id,
            ["displayName"] = (string?)JsonNode.Parse(impact.Row.Resource.Body)!["displayName"],
            ["kind"] = Words.Of(before.Kind),
            ["criticality"] = (int)before.Criticality,
            ["roles"] = new JsonArray([.. before.Accountable.Where(a => a.PersonId == personId).Select(a => JsonValue.Create(Words.Of(a.Role)))]),
            ["successors"] = new JsonArray([.. after.Handovers.Where(h => h.Asked is not null && before.HandoverOf(h.Role)?.Asked != h.Asked).Select(h => (JsonNode)new JsonObject
            {
                ["role"] = Words.Of(h.Role), ["user"] = h.Asked!.PersonId, ["via"] = Words.Of(h.Asked.Via), ["answerBy"] = Text(h.AnswerBy!.Value),
            })]),
            ["secrets"] = new JsonArray([.. after.Duties.Where(d => d.ClosedAt is null && !before.Duties.Contains(d)).Select(d => (JsonNode)new JsonObject
            {
                ["credential"] = d.KeyId, ["by"] = Text(d.DueAt), ["hours"] = Math.Round((d.DueAt - now).TotalHours, 2), ["disablesWhenLate"] = d.DisablesWhenLate,
            })]),
            ["isOrphan"] = after.Orphan is not null,
            ["state"] = Words.Of(after.State),
        };
    }

    // One line for an account; what is several is separated by blanks.
    private static string Csv(IEnumerable<JsonObject> rows)
    {
        var text = new StringBuilder("id,displayName,kind,criticality,roles,successors,secrets,rotateBy,isOrphan\r\n");
        foreach (var row in rows)
        {
            text.Append(ExportFormats.Line(
                (string?)row["id"], (string?)row["displayName"], (string?)row["kind"], row["criticality"]!.ToString(), Joined(row["roles"]!.AsArray(), name: null),
                Joined(row["successors"]!.AsArray(), "user"), Joined(row["secrets"]!.AsArray(), "credential"), Joined(row["secrets"]!.AsArray(), "by"),
                (bool)row["isOrphan"]! ? "true" : "false"));
        }

        return text.ToString();
    }

    private static string Joined(JsonArray items, string? name) => string.Join(' ', items.Select(i => name is null ? (string?)i : (string?)i![name]));

    private static string Text(Instant at) => InstantPattern.ExtendedIso.Format(at);
}
