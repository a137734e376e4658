using System.Text.Json.Nodes;
using System.Text;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Probes;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// The ends of access: how each stands, the signed proof of one, and what an account was used for between the instant at which access
/// should have been over and the proof that it was.
/// </summary>
internal static class LeaversApi
{
    public static void Map(WebApplication app)
    {
        var read = app.MapGroup("/admin/v1/leavers").RequireAuthorization(Scopes.AdminRead);
        read.MapGet("", ListAsync);
        read.MapGet("{id}", GetAsync);
        read.MapGet("{id}/proof", ProofAsync);
        read.MapGet("{id}/exposure", ExposureAsync);
        app.MapPost("/admin/v1/leavers/{id}/probes", ProbeAsync).RequireAuthorization(Scopes.AdminOperate);
    }

    private static async Task ListAsync(HttpContext http, Database database, CancellationToken cancel)
    {
        var count = HrisRequest.Count(http.Request);
        var state = HrisRequest.Query(http.Request, "state");
        if (state is not (null or "open" or "closed" or "returned"))
            throw HrisRequest.Invalid("state is open, closed or returned.");
        var cases = await database.ReadAsync(
            s => RevocationStore.ListAsync(s, state, HrisRequest.Query(http.Request, "before"), count, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["leavers"] = new JsonArray([.. cases.Select(c => (JsonNode)Describe(c))]),
            ["next"] = cases.Count == count ? cases[^1].Id : null,
        });
    }

    private static async Task GetAsync(HttpContext http, string id, Database database, CancellationToken cancel)
    {
        var (revocation, steps, _, others) = await FindAsync(database, id, cancel);
        var secrets = await SecretsAsync(database, revocation.ResourceId, cancel);
        var answer = Describe(revocation);
        answer["conclusion"] = LeaverProof.Conclusion(steps, secrets);
        answer["serviceAccounts"] = new JsonArray([.. secrets.Select(s => (JsonNode)LeaverProof.Describe(s))]);
        answer["steps"] = new JsonArray([.. steps.Select(s => (JsonNode)LeaverProof.Describe(s))]);
        answer["earlier"] = new JsonArray([.. others.Select(o => (JsonNode)o)]);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    private static async Task ProofAsync(
        HttpContext http, string id, Database database, ScimAddresses addresses, SigningKeys keys, IClock clock, CancellationToken cancel)
    {
        var (revocation, steps, proofs, _) = await FindAsync(database, id, cancel);
        var secrets = await SecretsAsync(database, revocation.ResourceId, cancel);
        var document = LeaverProof.Of(addresses.Root(http), revocation, steps, proofs, secrets, clock.GetCurrentInstant());
        var signed = await keys.SignAsync(SigningKey.Es256, LeaverProofCheck.Kind, Encoding.UTF8.GetBytes(document.ToJsonString()), cancel);
        if (http.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            http.Response.ContentType = "text/html; charset=utf-8";
            // Nothing of it is executed, and nothing is loaded from anywhere.
            http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            await http.Response.WriteAsync(LeaverProofPage.Of(document, signed), cancel);
            return;
        }

        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["proof"] = document, ["signature"] = signed });
    }

    // { "target": "corp", "access": "tokens", "credential": "…" }: used once, at the address that is configured, and forgotten.
    private static async Task ProbeAsync(HttpContext http, string id, Database database, Probes probes, CancellationToken cancel)
    {
        var body = JsonBody.Parse(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel));
        string Text(string name) => body[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : throw HrisRequest.Invalid($"{name} is missing, or no text.");
        var (target, access, credential) = (Text("target"), Text("access"), Text("credential"));
        if (!CredentialProbe.IsCredential(credential))
            throw HrisRequest.Invalid("credential can stand in no header.");
        var (_, steps, _, _) = await FindAsync(database, id, cancel);
        var step = steps.Find(s => s.Target == target && Words.Of(s.Kind) == access)
            ?? throw ScimError.NotFound("Nothing of that kind had to end at that target.").AsException();
        if (!probes.Has(step.Target, step.Kind))
            throw HrisRequest.Invalid($"targets.{target}.probes says no address to use {access} at.");
        var (reading, reason) = await probes.UseAsync(step, credential, Caller.Of(http).Actor, cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["verdict"] = reading is null ? "unknown" : reading.Left!.Count == 0 ? "refused" : "letIn",
            ["value"] = reading?.Value ?? reason,
        });
    }

    private static async Task ExposureAsync(
        HttpContext http, string id, BridgeConfiguration configuration, TargetConnections connections, Database database, IClock clock, CancellationToken cancel)
    {
        var (revocation, steps, _, _) = await FindAsync(database, id, cancel);
        var from = Microseconds.ToInstant(revocation.EffectiveAt);
        var targets = new JsonArray();
        foreach (var account in steps.Where(s => s.Kind == AccessKind.Account))
        {
            var until = account.Progress.VerifiedAt ?? clock.GetCurrentInstant();
            var answer = new JsonObject
            {
                ["target"] = account.Target, ["from"] = InstantPattern.ExtendedIso.Format(from), ["until"] = InstantPattern.ExtendedIso.Format(until),
                ["isOver"] = account.Progress.VerifiedAt is not null,
            };
            await AddUsesAsync(answer, account, configuration, connections, from, until, cancel);
            targets.Add((JsonNode)answer);
        }

        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject { ["leaver"] = revocation.Id, ["targets"] = targets });
    }

    private static async Task AddUsesAsync(
        JsonObject answer, RevocationStep account, BridgeConfiguration configuration, TargetConnections connections, Instant from, Instant until, CancellationToken cancel)
    {
        if (configuration.Targets.All(t => t.Name != account.Target) || !connections[account.Target].Capabilities.ReadsUse || account.RemoteId is null)
        {
            answer["uses"] = null;
            answer["unknownBecause"] = "The target has no log that can be read.";
            return;
        }

        var (outcome, uses) = await connections[account.Target].ReadUseAsync(account.RemoteId, from, until, cancel);
        answer["uses"] = uses is null ? null : new JsonArray([.. uses.Select(u => (JsonNode)new JsonObject
        {
            ["at"] = InstantPattern.ExtendedIso.Format(u.At), ["action"] = u.Action, ["through"] = u.Through, ["succeeded"] = u.Succeeded, ["entry"] = u.RemoteId,
        })]);
        answer["unknownBecause"] = outcome switch
        {
            Outcome.Done => null,
            Outcome.Retry retry => retry.Reason,
            Outcome.Rejected rejected => rejected.Reason,
            Outcome.Stop stop => stop.Reason,
            _ => "The target has no such account.",
        };
    }

    private static Task<IReadOnlyList<LeaverSecret>> SecretsAsync(Database database, string personId, CancellationToken cancel) =>
        database.ReadAsync(async s => (await LeaverProof.SecretsAsync(s, [personId], cancel))[personId], cancel);

    // By the id of the case, or of the user: then the newest.
    private static async Task<(Revocation Case, List<RevocationStep> Steps, List<StoredProof> Proofs, List<string> Others)> FindAsync(
        Database database, string id, CancellationToken cancel) => await database.ReadAsync(
        async s =>
        {
            var found = await RevocationStore.FindAsync(s, id, cancel);
            var all = await RevocationStore.OfAsync(s, found?.ResourceId ?? id, cancel);
            var revocation = found ?? (all.Count > 0 ? all[0] : throw ScimError.NotFound("Nobody of that id has left.").AsException());
            return (revocation, await RevocationStore.StepsAsync(s, revocation.Id, cancel), await RevocationStore.ProofsAsync(s, revocation.Id, cancel),
                all.Where(c => c.Id != revocation.Id).Select(c => c.Id).ToList());
        },
        cancel);

    private static JsonObject Describe(Revocation revocation) => new()
    {
        ["id"] = revocation.Id,
        ["user"] = revocation.ResourceId,
        ["source"] = revocation.Source,
        ["workerId"] = revocation.WorkerId,
        ["cause"] = revocation.Cause,
        ["state"] = revocation.State,
        ["effectiveAt"] = Text(revocation.EffectiveAt),
        ["requestedAt"] = Text(revocation.RequestedAt),
        ["dueAt"] = Text(revocation.DueAt),
        ["closedAt"] = revocation.ClosedAt is { } closed ? Text(closed) : null,
        ["isLate"] = revocation.EscalatedAt is not null,
    };

    private static string Text(long microseconds) => InstantPattern.ExtendedIso.Format(Microseconds.ToInstant(microseconds));
}
