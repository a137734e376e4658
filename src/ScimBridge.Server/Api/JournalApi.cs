using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Scim.Filters;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Queries;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>The journal: what happened, filtered and page by page or as a whole, whether it is sound, and the signed heads of its chain.</summary>
internal static class JournalApi
{
    private const int AtOnce = 2_000;

    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/journal").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("", GetAsync);
        read.MapGet("verify", VerifyAsync);
        read.MapGet("anchors", AnchorsAsync);
    }

    // A page as JSON; as NDJSON or CSV everything from the cursor on.
    private static async Task GetAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var filter = HrisRequest.Query(http.Request, "filter") is { } text ? JournalFilter.Parse(text) : null;
        var after = HrisRequest.After(http.Request, "cursor");
        switch (HrisRequest.Query(http.Request, "format"))
        {
            case null or "json":
                await PageAsync(http, database, filter, after, cancel);
                break;
            case "ndjson":
                http.Response.ContentType = "application/x-ndjson";
                await ExportAsync(http, database, filter, after, e => Describe(e, detail: null).ToJsonString() + "\n", cancel);
                break;
            case "csv":
                http.Response.ContentType = "text/csv; charset=utf-8";
                await http.Response.WriteAsync("seq,at,kind,subject,actor,correlation,data\r\n", cancel);
                await ExportAsync(http, database, filter, after, Line, cancel);
                break;
            default:
                throw HrisRequest.Invalid("format is json, ndjson or csv.");
        }
    }

    private static async Task PageAsync(HttpContext http, Database database, Filter? filter, long after, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var (entries, details) = await database.ReadAsync(
            async s =>
            {
                var entries = await JournalQueries.AfterAsync(s, filter, after, count, cancel);
                return (entries, await JournalStore.DetailsAsync(s, entries, cancel));
            },
            cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["entries"] = new JsonArray([.. entries.Select(e => (JsonNode)Describe(e, e.Commitment is null ? null : details.GetValueOrDefault(e.Commitment)))]),
            ["next"] = entries.Count == count ? entries[^1].Seq.ToString(CultureInfo.InvariantCulture) : null,
        });
    }

    private static async Task ExportAsync(
        HttpContext http, Database database, Filter? filter, long after, Func<SealedEntry, string> line, CancellationToken cancel)
    {
        while (true)
        {
            var entries = await database.ReadAsync(s => JournalQueries.AfterAsync(s, filter, after, AtOnce, cancel), cancel);
            var text = new StringBuilder();
            foreach (var entry in entries)
                text.Append(line(entry));
            await http.Response.WriteAsync(text.ToString(), cancel);
            if (entries.Count < AtOnce)
                return;
            after = entries[^1].Seq;
        }
    }

    // What was before and is after is shown to who pages through it, and is no part of an export.
    private static JsonObject Describe(SealedEntry entry, JournalDetail? detail)
    {
        var told = new JsonObject
        {
            ["seq"] = entry.Seq,
            ["at"] = Text(entry.At),
            ["kind"] = entry.Kind,
            ["subject"] = entry.Subject,
            ["actor"] = entry.Actor,
            ["correlation"] = entry.Correlation,
            ["data"] = JsonNode.Parse(entry.Data),
        };
        if (entry.Commitment is not null)
            told["commitment"] = entry.Commitment;
        if (detail is not null)
            told["detail"] = JsonNode.Parse(detail.Value);
        return told;
    }

    private static string Line(SealedEntry entry) => ExportFormats.Line(
        entry.Seq.ToString(CultureInfo.InvariantCulture), Text(entry.At), entry.Kind, entry.Subject, entry.Actor, entry.Correlation, entry.Data);

    private static async Task VerifyAsync(HttpContext http, Database database, SigningKeys keys, CancellationToken cancel)
    {
        var published = new PublicKeys(await keys.JwksAsync(cancel));
        var findings = await database.ReadAsync(s => JournalCheck.RunAsync(s, published, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, findings.Describe());
    }

    private static async Task AnchorsAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var after = HrisRequest.Query(http.Request, "cursor") is null ? -1 : HrisRequest.After(http.Request, "cursor");
        var anchors = await database.ReadAsync(s => JournalSealStore.AnchorsAsync(s, after, count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["anchors"] = new JsonArray([.. anchors.Select(a => (JsonNode)new JsonObject
            {
                ["block"] = a.Block, ["position"] = a.Position, ["at"] = Text(a.At), ["keyId"] = a.KeyId, ["signature"] = a.Signature,
            })]),
            ["next"] = anchors.Count == count ? anchors[^1].Block.ToString(CultureInfo.InvariantCulture) : null,
        });
    }

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
