using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>Evidence packs: made for a period, listed, downloaded as they were signed, and shown as a page to print.</summary>
internal static class EvidenceApi
{
    private const int MostUsers = 1_000;
    private static readonly string[] Known = ["from", "to", "users", "details"];

    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/evidence-packs").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("", ListAsync);
        read.MapGet("{id}", GetAsync);
        read.MapGet("{id}/report", ReportAsync);
        app.MapPost("/admin/v1/evidence-packs", PostAsync).RequireAuthorization(Scopes.AdminOperate);
    }

    private static async Task PostAsync(HttpContext http, EvidencePacks packs, ScimAddresses addresses, CancellationToken cancel)
    {
        var request = Request(JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel)));
        var caller = Caller.Of(http);
        var pack = await packs.MakeAsync(request, addresses.Root(http), caller.Actor, caller.Correlation, cancel);
        http.Response.Headers.Location = $"/admin/v1/evidence-packs/{pack.Id}";
        await BatchesApi.WriteAsync(http, StatusCodes.Status201Created, Describe(pack));
    }

    private static PackRequest Request(JsonObject body)
    {
        if (body.Select(p => p.Key).FirstOrDefault(k => !Known.Contains(k)) is { } unknown)
            throw HrisRequest.Invalid($"'{unknown}' is not known; there are {string.Join(", ", Known)}.");
        var (from, until) = (At(body, "from"), At(body, "to"));
        if (from >= until)
            throw HrisRequest.Invalid("from comes before to.");
        return new PackRequest(from, until) { Users = Users(body["users"]), Details = Details(body["details"]) };
    }

    private static Instant At(JsonObject body, string name) => body[name] is JsonValue value && value.TryGetValue<string>(out var text)
        ? HrisRequest.AsOf(text)!.Value
        : throw HrisRequest.Invalid($"{name} is an instant, as text.");

    private static List<string>? Users(JsonNode? users) => users switch
    {
        null => null,
        JsonArray list when list.Count <= MostUsers && list.All(u => u is JsonValue v && v.TryGetValue<string>(out var id) && ResourceIds.IsOne(id)) =>
            [.. list.Select(u => (string)u!)],
        _ => throw HrisRequest.Invalid($"users is a list of ids of users, {MostUsers} at most."),
    };

    private static bool Details(JsonNode? details) => details switch
    {
        null => false,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => (bool)value,
        _ => throw HrisRequest.Invalid("details is true or false."),
    };

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var packs = await database.ReadAsync(s => EvidenceStore.ListAsync(s, HrisRequest.Query(http.Request, "before"), count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["packs"] = new JsonArray([.. packs.Select(p => (JsonNode)Describe(p))]),
            ["next"] = packs.Count == count ? packs[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string id, Database database, EvidencePacks packs, CancellationToken cancel)
    {
        var pack = await FindAsync(database, id, cancel);
        await using var file = Open(packs, pack);
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = pack.Bytes;
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"evidence-{pack.Id}.json\"";
        await file.CopyToAsync(http.Response.Body, cancel);
    }

    private static async Task ReportAsync(HttpContext http, string id, Database database, EvidencePacks packs, CancellationToken cancel)
    {
        var pack = await FindAsync(database, id, cancel);
        await using var file = Open(packs, pack);
        http.Response.ContentType = "text/html; charset=utf-8";
        // Nothing of it is executed, and nothing is loaded from anywhere.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        await PackReport.WriteAsync(file, JsonNode.Parse(pack.Figures)!.AsObject(), pack.Checksum, text => http.Response.WriteAsync(text, cancel), cancel);
    }

    private static FileStream Open(EvidencePacks packs, StoredPack pack)
    {
        try
        {
            return packs.Open(pack);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw ScimError.NotFound("The file of the pack is not there any more.").AsException();
        }
    }

    private static async Task<StoredPack> FindAsync(Database database, string id, CancellationToken cancel) =>
        await database.ReadAsync(s => EvidenceStore.FindAsync(s, id, cancel), cancel) ?? throw ScimError.NotFound("There is no such pack.").AsException();

    private static JsonObject Describe(StoredPack pack) => new()
    {
        ["id"] = pack.Id,
        ["from"] = Text(pack.From),
        ["to"] = Text(pack.Until),
        ["scope"] = JsonNode.Parse(pack.Scope),
        ["createdAt"] = Text(pack.CreatedAt),
        ["createdBy"] = pack.CreatedBy,
        ["bytes"] = pack.Bytes,
        ["sha256"] = pack.Checksum,
        ["figures"] = JsonNode.Parse(pack.Figures),
    };

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
