using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Jobs;
using ScimBridge.Server.Tests.Sponsorship;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Plans;

/// <summary>A rollback gives service accounts back to those who were wrongly taken for leavers; on both databases.</summary>
public sealed class SponsorRollbackTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_was_wrongly_terminated_answers_for_their_accounts_as_before(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ServiceAccounts.On);
        await bridge.ImportAsync(Rows());
        var (handed, shut, other) = (
            await ServiceAccounts.NewAsync(bridge, "handed", Criticality.C2, sponsor: "5", owner: "6"), await ServiceAccounts.NewAsync(bridge, "shut", Criticality.C3, sponsor: "7", owner: "5"),
            await ServiceAccounts.NewAsync(bridge, "other", Criticality.C3, sponsor: "8", owner: "9"));
        shut = shut with { Credentials = [shut.Credentials[0] with { Retirement = Retirement.End }] };
        await ServiceAccounts.AddAsync(bridge, handed, shut, other);
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in new[] { "handed", "shut", "other" })
            before[id] = Text((await ServiceAccounts.GetAsync(bridge, id)).Accountable);

        var bad = await bridge.ImportAsync(Rows("5", "6"));
        var boss = await ServiceAccounts.UserAsync(bridge, "1");
        var (_, isAccepted) = (await bridge.Get<AccountBook>().AnswerAsync(
            "handed", [boss], (a, p, policy, now) => Answers.Accept(a, AccountableRole.Sponsor, boss, p, policy, now), "client:test", "test", None))!.Value;
        Assert.True(isAccepted);
        // One secret is exchanged in time, the other is not.
        await bridge.Database.WriteAsync(
            s => bridge.Get<AccountBook>().SeenAsync(s, "handed", "key-handed", CredentialState.RotatedVerified, "POST token: 401", "test", "test", None), None);
        bridge.Time.Advance(TimeSpan.FromDays(8));
        await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        Assert.Equal(AccountUse.Disabled, (await ServiceAccounts.GetAsync(bridge, "shut")).Use);
        Assert.NotEqual(before["handed"], Text((await ServiceAccounts.GetAsync(bridge, "handed")).Accountable));

        var plan = await bridge.Get<WhatIf>().MakeAsync(new PlanRequest { Rollback = new Rollback("hr", bad.Id, HoldId: null) }, "client:chief", None);
        var items = (await bridge.Database.ReadAsync(s => PlanStore.ItemsAsync(s, plan.Id, null, null, -1, 1_000, None), None)).ConvertAll(i => i.Item);
        Assert.Equal(
            ["handed update owners,sponsors,state", "shut enable owners,state"],
            items.Where(i => i.Rule == Rollback.Kind).Select(i => $"{i.Subject} {i.Operation.Word()} {string.Join(',', i.Attributes)}").Order(StringComparer.Ordinal));
        Assert.Equal(AccountUse.Disabled, (await ServiceAccounts.GetAsync(bridge, "shut")).Use);
        Assert.IsType<PlanOutcome.Executed>(await bridge.Get<PlanExecution>().ExecuteAsync(plan, file: null, "client:chief", None));
        await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
        await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);

        foreach (var (id, was) in before)
        {
            var account = await ServiceAccounts.GetAsync(bridge, id);
            Assert.Equal(was, Text(account.Accountable));
            Assert.Equal((AccountUse.InUse, 0, (OrphanEntry?)null), (account.Use, account.Handovers.Count, account.Orphan));
        }

        Assert.Equal(CredentialState.RotatedVerified, Assert.Single((await ServiceAccounts.GetAsync(bridge, "handed")).Credentials).State);
        Assert.Contains((await ServiceAccounts.GetAsync(bridge, "shut")).Duties, d => d.ClosedAt is null);
        Assert.Contains("serviceAccount.givenBack", await ServiceAccounts.JournalAsync(bridge, "shut"));
        Assert.DoesNotContain("serviceAccount.givenBack", await ServiceAccounts.JournalAsync(bridge, "other"));
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Fact]
    public async Task Who_is_hired_again_gets_nothing_back()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite, ServiceAccounts.On);
        await bridge.ImportAsync(Rows());
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C3, sponsor: "5", owner: "6"));
        await bridge.ImportAsync(Rows("5"));
        bridge.Time.Advance(TimeSpan.FromDays(1));
        await bridge.ImportAsync(Rows());

        var five = await ServiceAccounts.UserAsync(bridge, "5");
        Assert.DoesNotContain((await ServiceAccounts.GetAsync(bridge, "sa")).Accountable, a => a.PersonId == five);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_was_wrongly_moved_answers_for_their_accounts_as_before_and_has_not_moved_a_second_time(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ServiceAccounts.On);
        await bridge.ImportAsync(Departments("Sales"));
        string[] ids = ["accepted", "asked", "late", "moved"];
        foreach (var id in ids)
            await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, id, id == "late" ? Criticality.C1 : Criticality.C3, sponsor: id == "moved" ? "7" : "5", owner: "6"));
        bridge.Time.Advance(TimeSpan.FromDays(1));
        var before = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in ids)
            before[id] = Text((await ServiceAccounts.GetAsync(bridge, id)).Accountable);

        var bad = await bridge.ImportAsync(Departments("Research", "5"));
        var boss = await ServiceAccounts.UserAsync(bridge, "1");
        var asked = (await ServiceAccounts.GetAsync(bridge, "accepted")).HandoverOf(AccountableRole.Sponsor)!.Asked!.PersonId;
        Assert.Equal(boss, asked);
        var (_, isAccepted) = (await bridge.Get<AccountBook>().AnswerAsync(
            "accepted", [boss], (a, p, policy, now) => Answers.Accept(a, AccountableRole.Sponsor, boss, p, policy, now), "client:test", "test", None))!.Value;
        Assert.True(isAccepted);
        // Nobody answers for the critical one within the time for which the mover keeps it. Who really moves is nobody's mistake.
        bridge.Time.Advance(TimeSpan.FromHours(5));
        await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        await bridge.ImportAsync(Departments("Research", "5", "7"));
        foreach (var id in ids.Where(i => i != "asked"))
            Assert.NotEqual((before[id], 0), (Text((await ServiceAccounts.GetAsync(bridge, id)).Accountable), (await ServiceAccounts.GetAsync(bridge, id)).Handovers.Count));
        Assert.NotEmpty((await ServiceAccounts.GetAsync(bridge, "asked")).Handovers);
        var moved = await ServiceAccounts.GetAsync(bridge, "moved");

        var plan = await bridge.Get<WhatIf>().MakeAsync(new PlanRequest { Rollback = new Rollback("hr", bad.Id, HoldId: null) }, "client:chief", None);
        var items = (await bridge.Database.ReadAsync(s => PlanStore.ItemsAsync(s, plan.Id, null, null, -1, 1_000, None), None)).ConvertAll(i => i.Item);
        Assert.Contains("accepted update sponsors", items.Where(i => i.Rule == Rollback.Kind).Select(i => $"{i.Subject} {i.Operation.Word()} {string.Join(',', i.Attributes)}"));
        Assert.IsType<PlanOutcome.Executed>(await bridge.Get<PlanExecution>().ExecuteAsync(plan, file: null, "client:chief", None));
        await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
        await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);

        foreach (var id in ids.Where(i => i != "moved"))
        {
            var account = await ServiceAccounts.GetAsync(bridge, id);
            Assert.Equal((id, before[id]), (id, Text(account.Accountable)));
            Assert.Equal((AccountUse.InUse, 0, (OrphanEntry?)null), (account.Use, account.Handovers.Count, account.Orphan));
        }

        Assert.Equal($"{moved.HandoverOf(AccountableRole.Sponsor)}", $"{(await ServiceAccounts.GetAsync(bridge, "moved")).HandoverOf(AccountableRole.Sponsor)}");
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    private static string[] Departments(string department, params string[] movers) => [.. Enumerable.Range(1, 10).Select(i => TestBridge.Row(
        $"{i}", $"Given{i}", $"Family{i}", manager: i > 1 ? "1" : "", department: movers.Length == 0 || movers.Contains($"{i}") ? department : "Sales"))];

    private static string[] Rows(params string[] leavers) => [.. Enumerable.Range(1, 10).Select(i => TestBridge.Row(
        $"{i}", $"Given{i}", $"Family{i}", status: leavers.Contains($"{i}") ? "T" : "A", manager: i > 1 ? "1" : ""))];

    private static string Text(IEnumerable<Accountable> accountable) =>
        string.Join('\n', accountable.OrderBy(a => a.Role).ThenBy(a => a.PersonId, StringComparer.Ordinal).Select(a => $"{a.Role} {a.PersonId} {a.Since} {a.Basis} {a.AcceptedAt}"));
}
