using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// What is under way about service accounts, and what people say of it. Whoever calls speaks for the person that the body names: which application
/// that was stands in the journal, and that the person said so is the application's to answer for.
/// </summary>
internal static class ServiceAccountsApi
{
    private static readonly Duration FiguresOf = Duration.FromDays(365);

    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/service-accounts").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("orphans", OrphansAsync);
        read.MapGet("figures", FiguresAsync);
        read.MapGet("{id}", GetAsync);
        var operate = app.MapGroup("/admin/v1/service-accounts/{id}").RequireAuthorization(Scopes.AdminOperate);
        operate.MapPost("accept", AcceptAsync);
        operate.MapPost("decline", DeclineAsync);
        operate.MapPost("attest", AttestAsync);
        operate.MapPost("confirm-return", ConfirmReturnAsync);
        operate.MapPost("undo", UndoAsync);
        operate.MapPost("adopt", AdoptAsync);
        operate.MapPost("accept-risk", AcceptRiskAsync);
    }

    private static async Task GetAsync(HttpContext http, string id, Database database, CancellationToken cancel)
    {
        var row = ResourceIds.IsOne(id) ? (await database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [id], cancel), cancel)).SingleOrDefault() : null;
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(row?.Account ?? throw None(), row.NextAt));
    }

    private static async Task OrphansAsync(HttpContext http, BridgeConfiguration configuration, Database database, IClock clock, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var now = clock.GetCurrentInstant();
        var rows = await database.ReadAsync(
            async s =>
            {
                var ids = await ServiceAccountStore.OrphansAsync(s, HrisRequest.Query(http.Request, "after"), count, cancel);
                var loaded = (await ServiceAccountStore.LoadAsync(s, ids, cancel)).ToDictionary(r => r.Account.Id, StringComparer.Ordinal);
                return ids.ConvertAll(id => loaded[id]);
            },
            cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["dutyGroup"] = configuration.Sponsorship!.Options.DutyGroup,
            ["orphans"] = new JsonArray([.. rows.Where(r => r.Account.Orphan is not null).Select(r => (JsonNode)Orphan(r, now))]),
            ["next"] = rows.Count == count ? rows[^1].Account.Id : null,
        });
    }

    private static async Task FiguresAsync(HttpContext http, Database database, IClock clock, CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant();
        var f = await database.ReadAsync(s => ServiceAccountStore.FiguresAsync(s, (now - FiguresOf).ToMicroseconds(), now.ToMicroseconds(), cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["accounts"] = f.Accounts,
            ["proposed"] = f.Proposed,
            ["orphans"] = f.Orphans,
            ["withOwner"] = Share(f.WithOwner, f.Accounts),
            ["withSponsor"] = Share(f.WithSponsor, f.Accounts),
            ["withExpiry"] = Share(f.WithExpiry, f.Accounts),
            ["rotations"] = new JsonObject
            {
                ["open"] = f.OpenDuties, ["late"] = f.LateDuties, ["done"] = f.ClosedDuties, ["inTime"] = Share(f.ClosedInTime, f.ClosedDuties),
                ["since"] = InstantPattern.ExtendedIso.Format(now - FiguresOf),
            },
        });
    }

    // { "role": "sponsor", "person": "<id of the user>" }
    private static async Task AcceptAsync(HttpContext http, string id, AccountBook accounts, CancellationToken cancel)
    {
        var body = await BodyAsync(http, cancel);
        var (role, person) = (Role(body), Person(body, "person"));
        var (actor, correlation) = Said(http);
        var answer = await accounts.AnswerAsync(id, [person], (a, people, policy, now) => Answers.Accept(a, role, person, people, policy, now), actor, correlation, cancel);
        if (answer is { IsDone: false })
            answer = await accounts.AcceptNamedAsync(id, role, person, actor, correlation, cancel);
        await WriteAsync(http, answer);
    }

    private static async Task DeclineAsync(HttpContext http, string id, AccountBook accounts, CancellationToken cancel)
    {
        var body = await BodyAsync(http, cancel);
        var (role, person) = (Role(body), Person(body, "person"));
        await AnswerAsync(http, id, accounts, person, (a, people, policy, now) => Answers.Decline(a, role, person, people, policy, now), cancel);
    }

    private static async Task AttestAsync(HttpContext http, string id, AccountBook accounts, CancellationToken cancel)
    {
        var person = Person(await BodyAsync(http, cancel), "person");
        await AnswerAsync(http, id, accounts, person, (a, people, policy, now) => Answers.Attest(a, person, people, policy, now), cancel);
    }

    private static async Task ConfirmReturnAsync(HttpContext http, string id, AccountBook accounts, CancellationToken cancel)
    {
        var person = Person(await BodyAsync(http, cancel), "person");
        await AnswerAsync(http, id, accounts, person, (a, people, policy, now) => Answers.ConfirmReturn(a, person, people, policy, now), cancel);
    }

    private static async Task UndoAsync(HttpContext http, string id, AccountBook accounts, CancellationToken cancel)
    {
        var person = Person(await BodyAsync(http, cancel), "person");
        await AnswerAsync(http, id, accounts, person, (a, people, policy, now) => Answers.Undo(a, person, people, policy, now), cancel);
    }

    // { "sponsor": "<id>", "owner": "<id>" }
    private static async Task AdoptAsync(HttpContext http, string id, AccountBook accounts, CancellationToken cancel)
    {
        var body = await BodyAsync(http, cancel);
        var (sponsor, owner) = (Person(body, "sponsor"), Person(body, "owner"));
        var (actor, correlation) = Said(http);
        await WriteAsync(http, await accounts.AnswerAsync(
            id, [sponsor, owner], (a, people, policy, now) => Answers.Adopt(a, sponsor, owner, people, policy, now), actor, correlation, cancel));
    }

    // { "credential": "<key id>", "person": "<id>" }
    private static async Task AcceptRiskAsync(HttpContext http, string id, AccountBook accounts, CancellationToken cancel)
    {
        var body = await BodyAsync(http, cancel);
        var (actor, correlation) = Said(http);
        await WriteAsync(http, await accounts.AcceptRiskAsync(id, Text(body, "credential"), Person(body, "person"), actor, correlation, cancel));
    }

    private static async Task AnswerAsync(
        HttpContext http, string id, AccountBook accounts, string person,
        Func<ServiceAccount, People, SuccessionPolicy, Instant, IReadOnlyList<CascadeStep>> ask, CancellationToken cancel)
    {
        var (actor, correlation) = Said(http);
        await WriteAsync(http, await accounts.AnswerAsync(id, [person], ask, actor, correlation, cancel));
    }

    private static Task WriteAsync(HttpContext http, (ServiceAccount Account, bool IsDone)? answer) => answer switch
    {
        null => throw None(),
        { IsDone: false } => throw ScimError.Conflict("Nobody waits for that answer, or not from that person.").AsException(),
        { Account: var account } => BatchesApi.WriteAsync(http, StatusCodes.Status200OK, Describe(account, nextAt: null)),
    };

    private static async Task<JsonObject> BodyAsync(HttpContext http, CancellationToken cancel) =>
        JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));

    private static (string Actor, string Correlation) Said(HttpContext http) => (Caller.Of(http).Actor, Caller.Of(http).Correlation);

    private static string Text(JsonObject body, string name) =>
        body[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length is > 0 and <= 1_000
            ? text
            : throw HrisRequest.Invalid($"{name} is missing, or no text.");

    private static string Person(JsonObject body, string name) =>
        Text(body, name) is var id && ResourceIds.IsOne(id) ? id : throw HrisRequest.Invalid($"{name} is the id of a user.");

    private static AccountableRole Role(JsonObject body) => Text(body, "role") switch
    {
        "sponsor" => AccountableRole.Sponsor,
        "technicalOwner" => AccountableRole.TechnicalOwner,
        "coSponsor" => AccountableRole.CoSponsor,
        _ => throw HrisRequest.Invalid("role is sponsor, technicalOwner or coSponsor."),
    };

    private static ScimException None() => ScimError.NotFound("There is no such service account.").AsException();

    private static JsonObject Describe(ServiceAccount account, Instant? nextAt) => new()
    {
        ["id"] = account.Id,
        ["state"] = Words.Of(account.State),
        ["use"] = Words.Of(account.Use),
        ["nextAt"] = At(nextAt),
        ["underWay"] = JsonNode.Parse(ServiceAccountJson.Write(account)),
    };

    private static JsonObject Orphan(ServiceAccountRow row, Instant now)
    {
        var orphan = row.Account.Orphan!;
        return new JsonObject
        {
            ["id"] = row.Account.Id,
            ["displayName"] = (string?)JsonNode.Parse(row.Resource.Body)!["displayName"],
            ["criticality"] = (int)row.Account.Criticality,
            ["state"] = Words.Of(row.Account.State),
            ["roles"] = new JsonArray([.. orphan.Roles.Select(r => JsonValue.Create(Words.Of(r)))]),
            ["since"] = At(orphan.Since),
            ["ageHours"] = Math.Round((now - orphan.Since).TotalHours, 1),
            ["triageBy"] = At(orphan.TriageBy),
            ["isLate"] = orphan.TriageEscalatedAt is not null,
            ["endBy"] = At(orphan.EndBy),
        };
    }

    private static JsonNode? Share(long part, long whole) => whole == 0 ? null : Math.Round((double)part / whole, 4);

    private static string? At(Instant? at) => at is { } some ? InstantPattern.ExtendedIso.Format(some) : null;
}
