using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Reconciliations;

/// <summary>When targets are compared, how far that gets while things happen, and what is done about what is found; on both databases.</summary>
public sealed class ReconcileJobTests
{
    private const string Scim = "scim";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly IReadOnlySet<int> Nobody = new HashSet<int>();

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_found_is_set_right_and_the_next_comparison_finds_nothing(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 40, leavers: [30]);
        var (ann, links) = (await bridge.UsersAsync(), await AllAsync(bridge));
        var target = bridge.Target(Scim);
        var groups = await bridge.GroupsAsync();
        await target.DeleteAsync(AccountKind.User, links[ann[3]].RemoteId!, None);
        await target.UpdateAsync(AccountKind.User, links[ann[4]].RemoteId!, [new AttributeChange(null, "title", "Emperor")], active: null, None);
        await target.UpdateAsync(AccountKind.User, links[ann[5]].RemoteId!, [], active: false, None);
        await target.UpdateAsync(AccountKind.User, links[ann[30]].RemoteId!, [], active: true, None);
        await target.ChangeMembersAsync(links[groups["Department 1"]].RemoteId!, [links[ann[4]].RemoteId!], [links[ann[9]].RemoteId!], None);
        await target.DeleteAsync(AccountKind.Group, links[groups["Department 2"]].RemoteId!, None);
        await bridge.Bridge.Database.WriteAsync(
            s => s.ExecuteAsync("DELETE FROM link WHERE resource_id = @id", None, ("id", ann[6])), None);

        var (reconciliation, found) = await bridge.ReconcileAsync(Scim, mode: Reconciliation.Enforce);
        Assert.Equal(
            ["attributeDrift enforced", "attributeDrift enforced", "extraMembership enforced", "missing enforced", "missing enforced", "missingMembership enforced", "reEnabled enforced", "unmatched enforced"],
            found.Where(f => f.Difference.Standing != Standing.Pending).Select(f => $"{Words.Of(f.Difference.Kind)} {Words.Of(f.Difference.Standing)}").Order(StringComparer.Ordinal));
        Assert.Contains("\"enforced\":8", reconciliation.Counts, StringComparison.Ordinal);
        await bridge.SettleAsync();

        Assert.Equal([], Lines(await bridge.ReconcileAsync(Scim)));
        Assert.Equal(links[ann[6]].RemoteId, (await AllAsync(bridge))[ann[6]].RemoteId);
        Assert.Equal(8, await CountAsync(bridge, "SELECT count(*) FROM journal WHERE kind = 'reconciliation.enforced'"));
        Assert.Equal(2, await CountAsync(bridge, "SELECT count(*) FROM journal WHERE kind = 'reconciliation.started'"));
        Assert.Equal(2, await CountAsync(bridge, "SELECT count(*) FROM journal WHERE kind = 'reconciliation.finished'"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_who_can_get_in_is_a_case_again_and_shut_out_with_proof(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 12, leavers: [7], json => json["revocation"] = new JsonObject { ["kinds"] = new JsonArray("account") });
        var users = await bridge.UsersAsync();
        Assert.Equal("closed", (await CaseAsync(bridge)).State);
        var remote = (await AllAsync(bridge))[users[7]].RemoteId!;
        await bridge.Target(Scim).UpdateAsync(AccountKind.User, remote, [], active: true, None);

        await bridge.ReconcileAsync(Scim, mode: Reconciliation.Enforce);
        await bridge.Bridge.RunAsync(DrainKind.Enforce, Scim);
        Assert.Equal("open", (await CaseAsync(bridge)).State);
        for (var i = 0; i < 20 && (await CaseAsync(bridge)).State == "open"; i++)
        {
            await bridge.SettleAsync();
            bridge.Bridge.Time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Equal("closed", (await CaseAsync(bridge)).State);
        Assert.False((await bridge.Target(Scim).GetAsync(AccountKind.User, remote, None)).Account!.Active);
        Assert.Equal(1, await CountAsync(bridge, "SELECT count(*) FROM journal WHERE kind = 'revocation.reopened'"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task More_than_the_limit_waits_for_approval_and_is_set_right_after_it(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(
            kind, people: 20, leavers: [15], json => json["targets"]![Scim]!["reconcile"] = new JsonObject { ["limit"] = new JsonObject { ["atLeast"] = 2, ["percent"] = 0 } });
        var (users, links) = (await bridge.UsersAsync(), await AllAsync(bridge));
        foreach (var person in new[] { 2, 3, 4 })
            await bridge.Target(Scim).UpdateAsync(AccountKind.User, links[users[person]].RemoteId!, [new AttributeChange(null, "title", "Emperor")], active: null, None);
        await bridge.Target(Scim).UpdateAsync(AccountKind.User, links[users[15]].RemoteId!, [], active: true, None);

        var (held, found) = await bridge.ReconcileAsync(Scim, mode: Reconciliation.Enforce);
        Assert.Equal("held", held.State);
        // Who has left is shut out all the same.
        Assert.Equal([DifferenceKind.ReEnabled], found.Where(f => f.Difference.Standing == Standing.Enforced).Select(f => f.Difference.Kind));
        var hold = Assert.Single(await bridge.ReadAsync(s => HoldStore.ListAsync(s, null, "open", null, 10, None)));
        Assert.Equal((ReconciliationEnforcement.HoldKind, held.Id, 3L), (hold.Kind, hold.BatchId, hold.Records));
        await bridge.SettleAsync();
        Assert.Equal(3, Lines(await bridge.ReconcileAsync(Scim)).Count);

        Assert.True(await bridge.Bridge.Get<HoldDecisions>().DecideReconciliationAsync(hold, approve: true, "client:boss", None));
        Assert.Equal("done", (await bridge.EndAsync(Scim, held.Id)).Reconciliation.State);
        await bridge.SettleAsync();
        Assert.Equal([], Lines(await bridge.ReconcileAsync(Scim)));
        Assert.False(await bridge.Bridge.Get<HoldDecisions>().DecideReconciliationAsync(hold, approve: true, "client:boss", None));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Accounts_that_nobody_has_are_left_alone_unless_policy_says_otherwise(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 10, leavers: []);
        var orphan = Assert.IsType<Outcome.Done>(await bridge.Target(Scim).CreateAsync(
            new DesiredAccount(AccountKind.User, Guid.NewGuid().ToString(), Active: true, new JsonObject { ["userName"] = "by.hand@corp.example" }), None)).RemoteId!;

        Assert.Equal([$"orphan {orphan} open"], Lines(await bridge.ReconcileAsync(Scim, mode: Reconciliation.Enforce)));
        Assert.True((await bridge.Target(Scim).GetAsync(AccountKind.User, orphan, None)).Account!.Active);

        await bridge.Bridge.RestartAsync(json => json["targets"]![Scim]!["reconcile"] = new JsonObject { ["orphans"] = "disable" });
        Assert.Equal([$"orphan {orphan} enforced"], Lines(await bridge.ReconcileAsync(Scim, mode: Reconciliation.Enforce)));
        Assert.False((await bridge.Target(Scim).GetAsync(AccountKind.User, orphan, None)).Account!.Active);
        Assert.Equal([$"orphan {orphan} open"], Lines(await bridge.ReconcileAsync(Scim, mode: Reconciliation.Enforce)));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_due_to_be_delivered_is_no_alarm(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 10, leavers: []);
        await bridge.Bridge.ImportUndeliveredAsync(
            [.. Enumerable.Range(1, 11).Select(i => TestBridge.Row($"{i}", $"Given{i}", $"Family{i}", title: i == 4 ? "Lead" : "Engineer", department: $"Department {(i == 5 ? 7 : i % 8)}", manager: i > 1 ? "1" : ""))]);

        var (_, found) = await bridge.ReconcileAsync(Scim);

        Assert.All(found, f => Assert.Equal(Standing.Pending, f.Difference.Standing));
        Assert.Equal(
            ["AttributeDrift", "AttributeDrift", "ExtraMembership", "Missing", "MissingMembership"], found.Select(f => f.Difference.Kind.ToString()).Order(StringComparer.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Whoever_is_stopped_goes_on_where_it_was_and_finds_the_same(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 120, leavers: [100], json => json["targets"]![Scim]!["pageSize"] = 10);
        var (users, links) = (await bridge.UsersAsync(), await AllAsync(bridge));
        for (var person = 2; person < 90; person += 4)
            await bridge.Target(Scim).UpdateAsync(AccountKind.User, links[users[person]].RemoteId!, [new AttributeChange(null, "title", "Emperor")], active: null, None);
        await bridge.Target(Scim).DeleteAsync(AccountKind.User, links[users[91]].RemoteId!, None);
        var expected = Lines(await bridge.ReconcileAsync(Scim));
        Assert.Equal(23, expected.Count);

        var asked = await bridge.Bridge.Database.WriteAsync(
            s => ReconciliationSchedule.AddAsync(s, Scim, Reconciliation.OfAll, null, Reconciliation.Report, "tester", bridge.Now, None), None);
        var stops = 0;
        for (var calls = 3; ; calls += 2)
        {
            if (!await StoppedAsync(bridge, calls))
                break;
            stops++;
            await bridge.Bridge.RestartAsync(_ => { });
        }

        Assert.InRange(stops, 5, 100);
        Assert.Equal(expected, Lines(await bridge.EndAsync(Scim, asked.Id)));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Accounts_that_slip_between_pages_are_neither_missing_nor_overlooked(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 60, leavers: [], json => json["targets"]![Scim]!["pageSize"] = 10);
        var orphans = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            orphans.Add(Assert.IsType<Outcome.Done>(await bridge.Target(Scim).CreateAsync(
                new DesiredAccount(AccountKind.User, Guid.NewGuid().ToString(), Active: true, new JsonObject { ["userName"] = $"by.hand{i}@corp.example" }), None)).RemoteId!);
        }

        // The first of the list goes while it is read: all others move forward by as many places.
        var (users, links) = (await bridge.UsersAsync(), await AllAsync(bridge));
        var asked = await bridge.Bridge.Database.WriteAsync(
            s => ReconciliationSchedule.AddAsync(s, Scim, Reconciliation.OfAll, null, Reconciliation.Report, "tester", bridge.Now, None), None);
        Assert.True(await StoppedAsync(bridge, calls: 3));
        var first = bridge.Bridge.Corp.Users().Take(3).Select(u => u.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in first)
            await bridge.Target(Scim).DeleteAsync(AccountKind.User, id, None);

        var (reconciliation, found) = await bridge.EndAsync(Scim, asked.Id);

        Assert.Equal("done", reconciliation.State);
        Assert.Equal(orphans.Order(StringComparer.Ordinal), found.Where(f => f.Difference.Kind == DifferenceKind.Orphan).Select(f => f.Difference.RemoteId!).Order(StringComparer.Ordinal));
        // They went after they had been seen: the next comparison finds that.
        Assert.All(found.Where(f => f.Difference.Kind != DifferenceKind.Orphan), f => Assert.True(
            f.Difference is { Kind: DifferenceKind.MissingMembership or DifferenceKind.AttributeDrift or DifferenceKind.Missing } && users.Values.Any(u => first.Contains(links[u].RemoteId!)), f.ToString()));
        Assert.DoesNotContain(found, f => f.Difference.Kind == DifferenceKind.Missing && !first.Contains(f.Difference.RemoteId!));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Drift_of_the_privileged_is_found_within_ten_minutes_without_anybody_asking(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(
            kind, people: 30, leavers: [], json => json["targets"]![Scim]!["reconcile"] = new JsonObject { ["everyHours"] = 0 }, admins: [9, 10]);
        var (users, links, groups) = (await bridge.UsersAsync(), await AllAsync(bridge), await bridge.GroupsAsync());
        bridge.Bridge.Time.Advance(TimeSpan.FromMinutes(6));
        await bridge.Bridge.RunAsync(DrainKind.Reconcile, Scim);
        Assert.Equal(0, await CountAsync(bridge, "SELECT count(*) FROM difference"));

        await bridge.Target(Scim).UpdateAsync(AccountKind.User, links[users[9]].RemoteId!, [new AttributeChange(null, "title", "Emperor")], active: null, None);
        await bridge.Target(Scim).ChangeMembersAsync(links[groups[DriftBridge.Privileged]].RemoteId!, [links[users[3]].RemoteId!], [], None);
        var since = bridge.Now;
        while (await CountAsync(bridge, "SELECT count(*) FROM difference") < 2)
        {
            Assert.True(bridge.Now - since < Duration.FromMinutes(10));
            var next = await bridge.Bridge.RunAsync(DrainKind.Reconcile, Scim);
            Assert.NotNull(next);
            bridge.Bridge.Time.Advance((next.Value - bridge.Now).ToTimeSpan() + TimeSpan.FromMilliseconds(1));
        }

        var newest = (await bridge.ReadAsync(s => ReconciliationStore.NewestDoneAsync(s, Scim, Reconciliation.OfPrivileged, None)))!;
        Assert.Equal(ReconciliationSchedule.Actor, newest.RequestedBy);
        Assert.Equal(
            [$"attributeDrift {users[9]} open", $"extraMembership {users[3]} open"],
            Lines((newest, await bridge.ReadAsync(s => ReconciliationStore.DifferencesAsync(s, newest.Id, 0, 10, None)))));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Everything_is_compared_once_a_day_and_goes_on_after_a_target_was_away(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 10, leavers: []);
        Assert.NotNull(await bridge.Bridge.RunAsync(DrainKind.Reconcile, Scim));
        Assert.Null(await bridge.ReadAsync(s => ReconciliationStore.NewestAsync(s, Scim, Reconciliation.OfAll, None)));
        bridge.Bridge.Time.Advance(TimeSpan.FromMinutes(11));
        bridge.Bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Error, Status = 503, Next = 2 });
        for (var i = 0; i < 20 && await bridge.ReadAsync(s => ReconciliationStore.NewestDoneAsync(s, Scim, Reconciliation.OfAll, None)) is null; i++)
        {
            await bridge.Bridge.RunAsync(DrainKind.Reconcile, Scim);
            bridge.Bridge.Time.Advance(TimeSpan.FromSeconds(10));
        }

        var first = (await bridge.ReadAsync(s => ReconciliationStore.NewestDoneAsync(s, Scim, Reconciliation.OfAll, None)))!;
        Assert.Equal((0L, ReconciliationSchedule.Actor, Reconciliation.Report), (first.Differences, first.RequestedBy, first.Mode));
        bridge.Bridge.Time.Advance(TimeSpan.FromHours(23));
        await bridge.Bridge.RunAsync(DrainKind.Reconcile, Scim);
        Assert.Equal(first.Id, (await bridge.ReadAsync(s => ReconciliationStore.NewestAsync(s, Scim, Reconciliation.OfAll, None)))!.Id);
        bridge.Bridge.Time.Advance(TimeSpan.FromHours(1.1));
        await bridge.Bridge.RunAsync(DrainKind.Reconcile, Scim);
        Assert.NotEqual(first.Id, (await bridge.ReadAsync(s => ReconciliationStore.NewestDoneAsync(s, Scim, Reconciliation.OfAll, None)))!.Id);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Credential_that_is_refused_ends_a_comparison_with_its_reason(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 3, leavers: []);
        await bridge.Bridge.RestartAsync(json => json["targets"]![Scim]!["token"] = new JsonObject { ["value"] = "wrong" });

        var (failed, _) = await bridge.ReconcileAsync(Scim);

        Assert.Equal("failed", failed.State);
        Assert.Contains("401", failed.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("okta")]
    [InlineData("entra")]
    public async Task What_has_changed_is_asked_for_from_the_last_comparison_on(string target)
    {
        await using var bridge = await DriftBridge.StartAsync(DatabaseKind.Sqlite, [target]);
        await bridge.FillAsync(20, Nobody, Nobody, Nobody);
        bridge.Bridge.Time.Advance(TimeSpan.FromMinutes(20));
        await bridge.ReconcileAsync(target);
        bridge.Bridge.Time.Advance(TimeSpan.FromMinutes(20));
        var users = await bridge.UsersAsync();
        var groups = await bridge.GroupsAsync();
        var links = await bridge.LinksAsync(target, users.Values.Concat(groups.Values));
        await bridge.Target(target).UpdateAsync(AccountKind.User, links[users[5]].RemoteId!, [new AttributeChange(null, "title", "Emperor")], active: null, None);
        await bridge.Target(target).ChangeMembersAsync(links[groups["Department 3"]].RemoteId!, [], [links[users[11]].RemoteId!], None);

        var (delta, found) = await bridge.ReconcileAsync(target, Reconciliation.OfChanges);

        Assert.Equal([$"attributeDrift {users[5]} open", $"missingMembership {users[11]} open"], Lines((delta, found)));
        Assert.Equal(1, ReconciliationCounts.Parse(delta.Counts).Users);
        Assert.NotNull(delta.UserMark);
        if (target != "entra")
            return;

        // A mark that is too old: everything is compared instead.
        bridge.Graph.ExpireDeltaLinks();
        var (stale, _) = await bridge.ReconcileAsync(target, Reconciliation.OfChanges);
        Assert.Equal("done", stale.State);
        Assert.NotNull(stale.Reason);
        var instead = (await bridge.ReadAsync(s => ReconciliationStore.NewestAsync(s, target, Reconciliation.OfAll, None)))!;
        Assert.Equal(2, Lines(await bridge.EndAsync(target, instead.Id)).Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task One_worker_is_compared_before_everything_and_nobody_else(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind, people: 20, leavers: []);
        var (users, links, groups) = (await bridge.UsersAsync(), await AllAsync(bridge), await bridge.GroupsAsync());
        foreach (var person in new[] { 4, 5 })
            await bridge.Target(Scim).UpdateAsync(AccountKind.User, links[users[person]].RemoteId!, [new AttributeChange(null, "title", "Emperor")], active: null, None);
        await bridge.Target(Scim).ChangeMembersAsync(links[groups["Department 1"]].RemoteId!, [links[users[4]].RemoteId!, links[users[5]].RemoteId!], [], None);

        var found = await bridge.ReconcileAsync(Scim, Reconciliation.OfWorker, subject: users[4]);

        Assert.Equal([$"attributeDrift {users[4]} open", $"extraMembership {users[4]} open"], Lines(found));
    }

    [Fact]
    public async Task Command_says_by_its_exit_code_whether_anything_differs_and_sets_it_right_when_it_is_told_to()
    {
        await using var bridge = await StartAsync(DatabaseKind.Sqlite, people: 6, leavers: []);
        var config = bridge.Bridge.NewFile();
        await File.WriteAllTextAsync(config, bridge.Bridge.ConfigurationText);
        Assert.Equal(0, await Cli.CommandLine.RunAsync(["--config", config, "reconcile", "--json"]));
        var (users, links) = (await bridge.UsersAsync(), await AllAsync(bridge));
        await bridge.Target(Scim).UpdateAsync(AccountKind.User, links[users[4]].RemoteId!, [new AttributeChange(null, "title", "Emperor")], active: null, None);

        Assert.Equal(2, await Cli.CommandLine.RunAsync(["--config", config, "reconcile", "--target", Scim]));
        Assert.Equal(0, await Cli.CommandLine.RunAsync(["--config", config, "reconcile", "--worker", users[3]]));
        Assert.Equal(2, await Cli.CommandLine.RunAsync(["--config", config, "reconcile", "--worker", users[4], "--enforce"]));
        Assert.Equal(0, await Cli.CommandLine.RunAsync(["--config", config, "reconcile"]));
        Assert.Equal(1, await Cli.CommandLine.RunAsync(["--config", config, "reconcile", "--target", "nowhere"]));
        Assert.Equal(1, await Cli.CommandLine.RunAsync(["--config", config, "reconcile", "--worker", "nobody"]));
    }

    private static async Task<DriftBridge> StartAsync(
        DatabaseKind kind, int people, int[] leavers, Action<JsonObject>? adjust = null, int[]? admins = null)
    {
        var bridge = await DriftBridge.StartAsync(kind, [Scim], adjust);
        await bridge.FillAsync(people, leavers.ToHashSet(), Nobody, (admins ?? []).ToHashSet());
        return bridge;
    }

    private static async Task<Dictionary<string, Link>> AllAsync(DriftBridge bridge) =>
        await bridge.LinksAsync(Scim, (await bridge.UsersAsync()).Values.Concat((await bridge.GroupsAsync()).Values));

    private static Task<long> CountAsync(DriftBridge bridge, string sql) => bridge.ReadAsync(s => s.FirstAsync(sql, r => r.GetInt64(0), None));

    private static async Task<Revocation> CaseAsync(DriftBridge bridge) =>
        Assert.Single(await bridge.ReadAsync(s => RevocationStore.ListAsync(s, null, null, 10, None)));

    private static List<string> Lines((Reconciliation Reconciliation, List<StoredDifference> Found) over) =>
    [
        .. over.Found.Select(f => $"{Words.Of(f.Difference.Kind)} {f.Difference.ResourceId ?? f.Difference.RemoteId} {Words.Of(f.Difference.Standing)}").Order(StringComparer.Ordinal),
    ];

    /// <summary>Runs the drain until the target has answered so often, and stops it there; false where it came to its end before.</summary>
    private static async Task<bool> StoppedAsync(DriftBridge bridge, int calls)
    {
        using var stop = new CancellationTokenSource();
        var before = bridge.Bridge.Corp.Calls.Total;

        // The call after those is held: nobody depends on how fast this thread looks.
        bridge.Bridge.Corp.Faults.Add(new FaultRule { Kind = FaultKind.Timeout, After = calls, Always = true });
        var run = bridge.Bridge.Get<DrainRunner>().RunAsync(new DrainKey(DrainKind.Reconcile, Scim), stop.Token);
        while (!run.IsCompleted && bridge.Bridge.Corp.Calls.Total < before + calls)
            await Task.Delay(1);
        await stop.CancelAsync();
        try
        {
            await run;
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
        finally
        {
            bridge.Bridge.Corp.Faults.Clear();
        }
    }
}
