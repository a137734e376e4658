using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Jobs;

/// <summary>That access has ended is looked at, proven, and looked at again, on both databases.</summary>
public sealed class EnforceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_is_verified_by_a_proof_and_what_cannot_be_seen_has_an_owner(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["targets"]!["corp"]!["owner"] = "identity team");
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        Assert.Empty(await CasesAsync(bridge));

        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"));
        var opened = Assert.Single(await CasesAsync(bridge));
        Assert.Equal(("open", Revocation.Leaver, "hr", "1"), (opened.State, opened.Cause, opened.Source, opened.WorkerId));
        await bridge.RunAsync(DrainKind.Enforce, "corp");

        var steps = (await StepsAsync(bridge)).ToDictionary(s => s.Kind);
        Assert.Equal(StepState.Verified, steps[AccessKind.Account].Progress.State);
        Assert.NotNull(steps[AccessKind.Account].Progress.AcknowledgedAt);
        Assert.Equal((StepState.Unverifiable, "identity team"), (steps[AccessKind.Sessions].Progress.State, steps[AccessKind.Sessions].Owner));
        Assert.Contains("neither ended nor seen", steps[AccessKind.Tokens].Reason, StringComparison.Ordinal);
        var proofs = await ProofsAsync(bridge);
        var proof = proofs.Single(p => p.Fact.Number == steps[AccessKind.Account].ProofNumber);
        Assert.Equal(("GET user", "active: false", Verdict.Cut), (proof.Fact.Method, proof.Fact.Value, proof.Fact.Verdict));
        Assert.True(IsWhole(opened, proofs));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Case_closes_when_nothing_is_open(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["revocation"] = new JsonObject { ["kinds"] = new JsonArray("account", "sessions") });
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        await LeaveAsync(bridge);

        var closed = Assert.Single(await CasesAsync(bridge));
        Assert.Equal("closed", closed.State);
        Assert.NotNull(closed.ClosedAt);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Target_that_lies_is_not_believed_and_asked_until_it_is_so(DatabaseKind kind)
    {
        // Delivery is told to believe what it is told: only the look is left.
        await using var bridge = await TestBridge.StartAsync(kind, json => json["targets"]!["corp"]!["readBack"] = "none");
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Writes = true, PathContains = "/Users", Always = true });

        await LeaveAsync(bridge);
        Assert.True(Assert.Single(bridge.Corp.Users()).Active);
        var account = Assert.Single(await StepsAsync(bridge), s => s.Kind == AccessKind.Account);
        Assert.NotEqual(StepState.Verified, account.Progress.State);
        Assert.Contains("says that it is done, and shows: active: true", account.Reason, StringComparison.Ordinal);

        bridge.Time.Advance(TimeSpan.FromMinutes(6));
        await bridge.SettleAsync();
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        Assert.Equal(StepState.Failed, Assert.Single(await StepsAsync(bridge), s => s.Kind == AccessKind.Account).Progress.State);
        bridge.Corp.Faults.Clear();
        await UntilAsync(bridge, StepState.Verified);

        Assert.False(Assert.Single(bridge.Corp.Users()).Active);
        var proofs = await ProofsAsync(bridge);
        Assert.Contains(proofs, p => p.Fact is { Kind: AccessKind.Account, Verdict: Verdict.Left });
        Assert.Equal(Verdict.Cut, proofs.Last(p => p.Fact.Kind == AccessKind.Account).Fact.Verdict);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_that_somebody_enables_again_is_found_and_disabled_again(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        await LeaveAsync(bridge);
        await EnableAsync(bridge);

        bridge.Time.Advance(TimeSpan.FromMinutes(5.1));
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        var account = Assert.Single(await StepsAsync(bridge), s => s.Kind == AccessKind.Account);
        Assert.NotEqual(StepState.Verified, account.Progress.State);
        Assert.Equal("open", Assert.Single(await CasesAsync(bridge)).State);
        await UntilAsync(bridge, StepState.Verified);

        Assert.False(Assert.Single(bridge.Corp.Users()).Active);
        Assert.Contains(await JournalAsync(bridge), e => e == "revocation.reopened");
        Assert.True(IsWhole(Assert.Single(await CasesAsync(bridge)), await ProofsAsync(bridge)));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task It_is_looked_at_again_at_the_times_of_policy_and_then_no_more(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        await LeaveAsync(bridge);
        var proven = Assert.Single(await StepsAsync(bridge), s => s.Kind == AccessKind.Account).Progress.VerifiedAt!.Value;

        var looks = new List<double>();
        while ((await StepsAsync(bridge)).Single(s => s.Kind == AccessKind.Account).NextAt is { } next)
        {
            var at = Microseconds.ToInstant(next);
            looks.Add(Math.Round((at - proven).TotalMinutes));
            bridge.Time.Advance((at - bridge.Get<IClock>().GetCurrentInstant()).ToTimeSpan() + TimeSpan.FromMilliseconds(1));
            await bridge.RunAsync(DrainKind.Enforce, "corp");
        }

        Assert.Equal([5, 60, 1_440, 10_080, 43_200], looks);
        Assert.Equal(6, (await ProofsAsync(bridge)).Count(p => p.Fact is { Kind: AccessKind.Account, Verdict: Verdict.Cut }));
        Assert.Null(await bridge.RunAsync(DrainKind.Enforce, "corp"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_returns_is_looked_at_no_more_and_who_leaves_again_is_a_new_case(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        await LeaveAsync(bridge);

        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        Assert.True(Assert.Single(bridge.Corp.Users()).Active);
        Assert.Equal("returned", Assert.Single(await CasesAsync(bridge)).State);
        Assert.Null(await bridge.RunAsync(DrainKind.Enforce, "corp"));

        await LeaveAsync(bridge);
        Assert.Equal(["closed", "returned"], (await CasesAsync(bridge)).Select(c => c.State));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Nothing_is_called_verified_without_a_proof_and_no_proof_is_changed(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        await LeaveAsync(bridge);

        foreach (var sql in new[]
        {
            "UPDATE revocation_step SET state = 'verified' WHERE kind = 'sessions'",
            "UPDATE revocation_step SET state = 'verified', proof_number = 1, proof_verdict = 'cut' WHERE kind = 'sessions'",
            "UPDATE revocation_step SET proof_number = NULL WHERE kind = 'account'",
            "UPDATE revocation_step SET owner = NULL WHERE kind = 'sessions'",
            "UPDATE proof SET verdict = 'left'",
            "DELETE FROM proof",
        })
        {
            await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => bridge.Database.WriteAsync(s => s.ExecuteAsync(sql, None), None));
        }
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Somebody_is_told_once_when_it_is_late(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["notifications"] = new JsonObject
        {
            ["desk"] = new JsonObject
            {
                ["url"] = "https://desk.example/hook", ["keys"] = new JsonArray(new JsonObject { ["value"] = "0123456789abcdef0123456789abcdef" }),
                ["events"] = new JsonArray("worker.revocationLate"),
            },
        });
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Error, Status = 503, Always = true });
        await LeaveAsync(bridge);
        await bridge.Get<Overdue>().TellAsync(None);
        Assert.Null((await CasesAsync(bridge))[0].EscalatedAt);

        bridge.Time.Advance(TimeSpan.FromMinutes(5.1));
        await bridge.Get<Overdue>().TellAsync(None);
        await bridge.Get<Overdue>().TellAsync(None);

        Assert.NotNull((await CasesAsync(bridge))[0].EscalatedAt);
        var now = bridge.Get<IClock>().GetCurrentInstant().ToMicroseconds();
        var told = Assert.Single(await bridge.Database.ReadAsync(s => NotificationStore.DueAsync(s, "desk", now, 10, None), None));
        Assert.Equal(("worker.revocationLate", "1"), (told.Event.Type, told.Event.WorkerId));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Protected_account_is_not_touched_and_not_called_ended(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(
            kind, json => json["targets"]!["corp"]!["protect"] = new JsonObject { ["userNames"] = new JsonArray("ann.holt@corp.example") });
        await bridge.ImportAsync(TestBridge.Row("1", "Bob", "Root"));
        await EnforceAllAsync(bridge);
        await bridge.RestartAsync(json => json["targets"]!["corp"]!["protect"] = new JsonObject { ["userNames"] = new JsonArray("bob.root@corp.example") });

        await bridge.ImportAsync(TestBridge.Row("1", "Bob", "Root", status: "T"));
        await EnforceAllAsync(bridge);

        Assert.True(Assert.Single(bridge.Corp.Users()).Active);
        var account = Assert.Single(await StepsAsync(bridge), s => s.Kind == AccessKind.Account);
        Assert.Equal(StepState.Failed, account.Progress.State);
        Assert.Contains("protected", account.Reason, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Somebody_answers_for_a_target_that_is_configured_no_longer(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt"));
        await bridge.RestartAsync(json => json["targets"] = new JsonObject());
        await bridge.ImportUndeliveredAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"));

        Assert.Equal(["corp"], await bridge.Database.ReadAsync(s => RevocationStore.TargetsAsync(s, None), None));
        await bridge.RunAsync(DrainKind.Enforce, "corp");

        var account = Assert.Single(await StepsAsync(bridge));
        Assert.Equal((StepState.Unverifiable, "administrators of corp"), (account.Progress.State, account.Owner));
        Assert.Equal("closed", Assert.Single(await CasesAsync(bridge)).State);
    }

    private static async Task LeaveAsync(TestBridge bridge)
    {
        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T"));
        await EnforceAllAsync(bridge);
    }

    private static async Task EnforceAllAsync(TestBridge bridge)
    {
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        await bridge.SettleAsync();
        // What waited for the account.
        bridge.Time.Advance(TimeSpan.FromSeconds(2));
        await bridge.RunAsync(DrainKind.Enforce, "corp");
    }

    private static async Task UntilAsync(TestBridge bridge, StepState state)
    {
        for (var i = 0; i < 50; i++)
        {
            await bridge.SettleAsync();
            await bridge.RunAsync(DrainKind.Enforce, "corp");
            if ((await StepsAsync(bridge)).Single(s => s.Kind == AccessKind.Account).Progress.State == state)
                return;
            bridge.Time.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Fail($"The account never became {state}.");
    }

    private static async Task EnableAsync(TestBridge bridge)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Patch, $"{bridge.Sandbox.ScimAddress("corp").ToString().TrimEnd('/')}/Users/{Assert.Single(bridge.Corp.Users()).Id}")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "secret") },
            Content = new StringContent(
                """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","path":"active","value":true}]}""",
                Encoding.UTF8, "application/scim+json"),
        };
        using var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode);
    }

    private static bool IsWhole(Revocation revocation, List<StoredProof> proofs)
    {
        var hash = ProofFact.Begin(revocation.Id, revocation.RecordHash);
        foreach (var proof in proofs)
        {
            if (proof.Previous != hash || proof.Hash != proof.Fact.HashAfter(hash))
                return false;
            hash = proof.Hash;
        }

        return proofs.Count > 0;
    }

    private static Task<List<Revocation>> CasesAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => RevocationStore.ListAsync(s, null, null, 100, None), None);

    private static async Task<List<RevocationStep>> StepsAsync(TestBridge bridge)
    {
        var id = (await CasesAsync(bridge))[0].Id;
        return await bridge.Database.ReadAsync(s => RevocationStore.StepsAsync(s, id, None), None);
    }

    private static async Task<List<StoredProof>> ProofsAsync(TestBridge bridge)
    {
        var id = (await CasesAsync(bridge))[0].Id;
        return await bridge.Database.ReadAsync(s => RevocationStore.ProofsAsync(s, id, None), None);
    }

    private static Task<List<string>> JournalAsync(TestBridge bridge) =>
        bridge.Database.ReadAsync(s => s.QueryAsync("SELECT kind FROM journal ORDER BY seq", r => r.GetString(0), None), None);
}
