using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Plans;

/// <summary>What a plan shows is what then happens, nothing is written by it, and it is executed as it was shown or not at all.</summary>
public sealed class WhatIfTests
{
    private const int Workers = 60;

    public static TheoryData<DatabaseKind, int> Companies => new()
    {
        { DatabaseKind.Sqlite, 1 }, { DatabaseKind.Sqlite, 2 }, { DatabaseKind.Sqlite, 3 }, { DatabaseKind.Sqlite, 4 },
        { DatabaseKind.Sqlite, 5 }, { DatabaseKind.Sqlite, 6 }, { DatabaseKind.Postgres, 1 }, { DatabaseKind.Postgres, 7 }, { DatabaseKind.Postgres, 8 },
    };

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Settled_bridge_has_an_empty_plan_of_now_of_the_same_batch_and_of_the_same_configuration(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var rows = new InventedCompany(1).Rows(Workers);
        await bridge.ImportAsync([.. rows]);
        await bridge.SettleInTimeAsync();

        Assert.Equal(0, (await MakeAsync(bridge, new PlanRequest())).Items);
        Assert.Equal(0, (await MakeAsync(bridge, new PlanRequest { Batch = File(bridge, rows) })).Items);
        Assert.Equal(0, (await MakeAsync(bridge, new PlanRequest { Configuration = bridge.Configuration })).Items);
    }

    [Theory, MemberData(nameof(Companies))]
    public async Task Plan_for_a_date_is_what_happens_when_the_date_comes(DatabaseKind kind, int seed)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.ImportAsync([.. new InventedCompany(seed).Rows(Workers)]);
        await bridge.SettleInTimeAsync();
        var then = bridge.Get<IClock>().GetCurrentInstant() + Duration.FromDays(30);

        var plan = await MakeAsync(bridge, new PlanRequest { At = then });

        Assert.True(plan.Items > 10);
        await HappensAsync(bridge, plan, () =>
        {
            bridge.Time.SetUtcNow(then.ToDateTimeOffset());
            return bridge.SettleInTimeAsync();
        });
    }

    [Theory, MemberData(nameof(Companies))]
    public async Task Plan_for_a_date_is_what_happens_step_by_step_on_the_way_to_it(DatabaseKind kind, int seed)
    {
        await using var bridge = await StartAsync(kind, json => json["lifecycle"] = JsonNode.Parse("""
            {
              "joiner": { "prepareDays": 5 }, "mover": {}, "leave": { "default": "suspend" }, "contract": { "graceDays": 4 },
              "leaver": { "deleteAfterDays": 12 }
            }
            """));
        var company = new InventedCompany(seed);
        await bridge.ImportAsync([.. company.ShortStays(company.Rows(Workers), stays: 20)]);
        await bridge.SettleInTimeAsync();
        await HandAsync(bridge, seed);
        await bridge.SettleInTimeAsync();
        var then = bridge.Get<IClock>().GetCurrentInstant() + Duration.FromDays(30);

        var plan = await MakeAsync(bridge, new PlanRequest { At = then });

        Assert.True(plan.Items > 10);
        await HappensAsync(bridge, plan, async () =>
        {
            // Each time at which anything falls due, one after the other.
            for (var steps = 0; steps < 1_000; steps++)
            {
                var next = await bridge.Database.ReadAsync(
                    async s => new[] { await WorkerStore.NextAtAsync(s, "hr", CancellationToken.None), await MembershipStore.NextEndAsync(s, CancellationToken.None) }.Min(),
                    CancellationToken.None);
                var at = next is { } due && Microseconds.ToInstant(due) < then ? Microseconds.ToInstant(due) : then;
                if (at > bridge.Get<IClock>().GetCurrentInstant())
                    bridge.Time.SetUtcNow(at.ToDateTimeOffset());
                await bridge.RunAsync(DrainKind.EndMemberships, EndMemberships.Name);
                await bridge.SettleInTimeAsync();
                if (at == then)
                    return;
            }

            Assert.Fail("The date never came.");
        });
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Plan_for_a_date_knows_who_comes_leaves_and_is_deleted_in_between(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(
            kind, json => json["lifecycle"] = JsonNode.Parse("""{ "joiner": { "prepareDays": 3 }, "mover": {}, "leaver": { "deleteAfterDays": 10 } }"""));
        await bridge.ImportAsync(
            "1,Anna,Jensen,P,C,2026-03-10,2026-03-20,,Lead,Sales,", "2,Tom,Kim,A,E,2020-01-01,,2026-03-08,Lead,Sales,", "3,Ida,Dahl,P,C,2026-03-08,2026-03-09,,Lead,Sales,");
        await bridge.SettleInTimeAsync();

        var items = await ItemsAsync(bridge, await MakeAsync(bridge, new PlanRequest { At = Instant.FromUtc(2026, 3, 25, 12, 0) }));

        // She has an account by then that is disabled, he has none any more, and whoever came and went is not to be seen.
        Assert.Contains(items, i => i is { WorkerId: "1", Target: null, Operation: PlannedOperation.Create, Rule: "leaver" });
        Assert.Contains(items, i => i is { WorkerId: "1", Target: "corp", Operation: PlannedOperation.Create, Rule: "leaver" });
        Assert.Contains(items, i => i is { WorkerId: "2", Target: null, Operation: PlannedOperation.Delete, Rule: "deletion", Department: "Sales" });
        Assert.Contains(items, i => i is { WorkerId: "2", Target: "corp", Operation: PlannedOperation.Delete, Rule: "deletion" });
        Assert.DoesNotContain(items, i => i.WorkerId == "3" || i.Operation is PlannedOperation.Gain or PlannedOperation.Lose);
    }

    [Theory, MemberData(nameof(Companies))]
    public async Task Plan_for_a_batch_is_what_happens_when_it_comes_in(DatabaseKind kind, int seed)
    {
        await using var bridge = await StartAsync(kind);
        var company = new InventedCompany(seed);
        var rows = company.Rows(Workers);
        await bridge.ImportAsync([.. rows]);
        await bridge.SettleInTimeAsync();
        var later = company.Later(rows, joiners: 20);

        var plan = await MakeAsync(bridge, new PlanRequest { Batch = File(bridge, later) });

        Assert.True(plan.Items > 50);
        await HappensAsync(bridge, plan, async () =>
        {
            await bridge.ImportAsync([.. later]);
            await bridge.SettleInTimeAsync();
        });
    }

    [Theory, MemberData(nameof(Companies))]
    public async Task Plan_for_a_rollback_is_what_happens_when_it_is_executed(DatabaseKind kind, int seed)
    {
        await using var bridge = await StartAsync(kind);
        var company = new InventedCompany(seed);
        var rows = company.Rows(Workers);
        await bridge.ImportAsync([.. rows]);
        await bridge.SettleInTimeAsync();
        var batch = await bridge.ImportAsync([.. company.Later(rows, joiners: 0)]);
        await bridge.SettleInTimeAsync();

        var plan = await MakeAsync(bridge, new PlanRequest { Rollback = new Rollback("hr", batch.Id, HoldId: null) });

        Assert.True(plan.Items > 20);
        await HappensAsync(bridge, plan, async () =>
        {
            Assert.IsType<PlanOutcome.Executed>(await bridge.Get<PlanExecution>().ExecuteAsync(plan, file: null, "test", CancellationToken.None));
            await bridge.SettleInTimeAsync();
        });
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task First_batch_of_an_empty_bridge_is_planned_with_its_groups_and_managers(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var rows = new InventedCompany(7).Rows(Workers);

        var plan = await MakeAsync(bridge, new PlanRequest { Batch = File(bridge, rows) });

        await HappensAsync(bridge, plan, async () =>
        {
            await bridge.ImportAsync([.. rows]);
            await bridge.SettleInTimeAsync();
        });
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Part_of_a_batch_that_would_be_held_is_not_planned_and_needs_an_approval(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind);
        var rows = Enumerable.Range(1, 30).Select(i => $"{i},Anna,Jensen{i},A,E,2020-01-01,,,Title,Sales,").ToList();
        await bridge.ImportAsync([.. rows]);
        await bridge.SettleInTimeAsync();

        var plan = await MakeAsync(
            bridge, new PlanRequest { Batch = File(bridge, rows.Select((r, i) => i < 15 ? r.Replace(",A,", ",T,", StringComparison.Ordinal) : r.Replace("Title", "Lead", StringComparison.Ordinal)).ToList()) });

        Assert.True(plan.NeedsApproval);
        Assert.Equal(15, (int)JsonNode.Parse(plan.Summary!)!["batch"]!["held"]!);
        Assert.All(await ItemsAsync(bridge, plan), i => Assert.Equal((PlannedOperation.Update, "atWork"), (i.Operation, i.Rule)));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Planning_writes_nothing_but_the_plan(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var company = new InventedCompany(3);
        var rows = company.Rows(Workers);
        await bridge.ImportAsync([.. rows]);
        var before = await World.DumpAsync(bridge.Database);

        await MakeAsync(bridge, new PlanRequest());
        await MakeAsync(bridge, new PlanRequest { At = bridge.Get<IClock>().GetCurrentInstant() + Duration.FromDays(20) });
        await MakeAsync(bridge, new PlanRequest { Batch = File(bridge, company.Later(rows, 10)) });
        await MakeAsync(bridge, new PlanRequest { Configuration = With(bridge, c => c["lifecycle"]!["leave"]!["default"] = "suspend") });

        Assert.Equal(before, await World.DumpAsync(bridge.Database));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rules_that_decide_are_named_with_their_counts(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.ImportAsync(
            "1,Anna,Jensen,A,E,2020-01-01,,2026-03-20,Lead,Sales,", "2,Tom,Kim,P,E,2026-03-15,,,Lead,Sales,1", "3,Ida,Dahl,A,E,2020-01-01,,,Lead,Sales,1");
        await bridge.SettleInTimeAsync();

        var plan = await MakeAsync(bridge, new PlanRequest { At = Instant.FromUtc(2026, 3, 25, 12, 0) });

        var items = await ItemsAsync(bridge, plan);
        Assert.Contains(items, i => i is { WorkerId: "1", Target: null, Operation: PlannedOperation.Disable, Rule: "leaver", Department: "Sales" });
        Assert.Contains(items, i => i is { WorkerId: "1", Target: "corp", Operation: PlannedOperation.Disable, Rule: "leaver" });
        Assert.Contains(items, i => i is { WorkerId: "1", Target: "corp", Operation: PlannedOperation.Lose, Rule: "leaver", Group: "department:Sales" });
        Assert.Contains(items, i => i is { WorkerId: "2", Target: "corp", Operation: PlannedOperation.Create, Rule: "joiner" });
        Assert.Contains(items, i => i is { WorkerId: "2", Target: "corp", Operation: PlannedOperation.Gain, Rule: "department", Group: "department:Sales" });
        Assert.DoesNotContain(items, i => i.WorkerId == "3");
        var counts = JsonNode.Parse(plan.Summary!)!["counts"]!.AsArray();
        Assert.Contains(counts, c => (string?)c!["target"] == "corp" && (string)c["operation"]! == "disable" && (string)c["rule"]! == "leaver" && (int)c["count"]! == 1);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Manager_who_gets_an_account_is_named_to_those_who_waited_for_it(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        const string report = "2,Tom,Kim,A,E,2020-01-01,,,Lead,Sales,1";
        await bridge.ImportAsync("1,Anna,Jensen,S,E,2020-01-01,,,Head,Sales,", report);
        await bridge.SettleInTimeAsync();
        List<string> later = ["1,Anna,Jensen,A,E,2020-01-01,,,Head,Sales,", report];

        var plan = await MakeAsync(bridge, new PlanRequest { Batch = File(bridge, later) });

        Assert.Contains(await ItemsAsync(bridge, plan), i => i is { WorkerId: "2", Target: "corp", Operation: PlannedOperation.Update, Rule: "manager" });
        await HappensAsync(bridge, plan, async () =>
        {
            await bridge.ImportAsync([.. later]);
            await bridge.SettleInTimeAsync();
        });
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_is_due_is_executed_as_shown(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ReadAsync(bridge, new InventedCompany(2).Rows(Workers));
        var plan = await MakeAsync(bridge, new PlanRequest());

        await HappensAsync(bridge, plan, async () =>
        {
            Assert.IsType<PlanOutcome.Executed>(await ExecuteAsync(bridge, plan));
            // Nobody is left for the drain to decide.
            var next = await bridge.Database.ReadAsync(s => WorkerStore.NextAtAsync(s, "hr", CancellationToken.None), CancellationToken.None);
            Assert.False(next <= bridge.Get<IClock>().GetCurrentInstant().ToMicroseconds());
            await bridge.SettleInTimeAsync();
        });
        Assert.IsType<PlanOutcome.Refused>(await ExecuteAsync(bridge, plan));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Change_in_between_refuses_the_execution_and_is_named(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var rows = Enumerable.Range(1, 5).Select(i => $"{i},Anna,Jensen{i},A,E,2020-01-01,,,Title,Sales,").ToList();
        await bridge.ImportAsync([.. rows]);
        await bridge.SettleInTimeAsync();
        await ReadAsync(bridge, [.. rows.Select((r, i) => i < 2 ? r.Replace("Title", "Lead", StringComparison.Ordinal) : r)]);
        var plan = await MakeAsync(bridge, new PlanRequest());
        await ReadAsync(bridge, [.. rows.Select((r, i) => i is 1 or 2 ? r.Replace("Title", "Head", StringComparison.Ordinal) : i == 0 ? r.Replace("Title", "Lead", StringComparison.Ordinal) : r)]);
        var before = await World.DumpAsync(bridge.Database);

        var refused = Assert.IsType<PlanOutcome.Refused>(await ExecuteAsync(bridge, plan));

        Assert.Equal(
            ["hr/2  changed", "hr/2 corp changed", "hr/3  new", "hr/3 corp new"],
            refused.Differences.Select(d => $"{d.Subject} {d.Target} {d.Change}").Order(StringComparer.Ordinal));
        Assert.Equal(before, await World.DumpAsync(bridge.Database));
        Assert.Equal("ready", (await FindAsync(bridge, plan)).State);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Batch_is_executed_with_the_same_bytes_only(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var company = new InventedCompany(4);
        var rows = company.Rows(Workers);
        await bridge.ImportAsync([.. rows]);
        await bridge.SettleInTimeAsync();
        var file = File(bridge, company.Later(rows, 5));
        var plan = await MakeAsync(bridge, new PlanRequest { Batch = file });

        Assert.Contains("same bytes", Assert.IsType<PlanOutcome.Refused>(await ExecuteAsync(bridge, plan)).Reason, StringComparison.Ordinal);
        var other = File(bridge, rows);
        Assert.Contains(
            "not the bytes", Assert.IsType<PlanOutcome.Refused>(await ExecuteAsync(bridge, plan, other)).Reason, StringComparison.Ordinal);

        await HappensAsync(bridge, plan, async () =>
        {
            Assert.NotNull(Assert.IsType<PlanOutcome.Executed>(await ExecuteAsync(bridge, plan, file)).BatchId);
            await bridge.RunAsync(DrainKind.ReadSource, "hr");
            await bridge.SettleInTimeAsync();
        });
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Date_is_not_executed_before_it_comes(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.ImportAsync([.. new InventedCompany(1).Rows(Workers)]);
        await bridge.SettleInTimeAsync();
        var plan = await MakeAsync(bridge, new PlanRequest { At = bridge.Get<IClock>().GetCurrentInstant() + Duration.FromHours(20) });

        var refused = Assert.IsType<PlanOutcome.Refused>(await ExecuteAsync(bridge, plan));

        Assert.Contains("by itself", refused.Reason, StringComparison.Ordinal);
        bridge.Time.Advance(TimeSpan.FromHours(20));
        Assert.IsType<PlanOutcome.Executed>(await ExecuteAsync(bridge, plan));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Configuration_is_executed_when_it_runs_and_then_to_the_letter(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await bridge.ImportAsync([.. new InventedCompany(5).Rows(Workers)]);
        await bridge.SettleInTimeAsync();
        var next = With(bridge, c =>
        {
            c["lifecycle"]!["leave"]!["default"] = "suspend";
            c["lifecycle"]!["joiner"]!["prepareDays"] = 30;
            c["targets"]!["other"] = c["targets"]!["corp"]!.DeepClone();
            c["targets"]!["other"]!["baseUrl"] = "http://127.0.0.1:9/scim/v2";
        });

        var plan = await MakeAsync(bridge, new PlanRequest { Configuration = next });

        var items = await ItemsAsync(bridge, plan);
        Assert.Contains(items, i => i is { Target: "corp", Operation: PlannedOperation.Disable, Rule: "leave" });
        Assert.Contains(items, i => i is { Target: "corp", Operation: PlannedOperation.Create, Rule: "preStart" });
        Assert.Contains(items, i => i is { Target: "other", Operation: PlannedOperation.Create, Rule: "configuration" });
        Assert.Contains(items, i => i is { Target: "other", Operation: PlannedOperation.Gain, Rule: "configuration" });
        Assert.Contains("deploy it first", Assert.IsType<PlanOutcome.Refused>(await ExecuteAsync(bridge, plan)).Reason, StringComparison.Ordinal);

        await using var deployed = new ServiceCollection().AddLogging(l => l.SetMinimumLevel(LogLevel.Warning)).AddBridge(next)
            .Replace(ServiceDescriptor.Singleton<TimeProvider>(bridge.Time)).AddSingleton<IAlarm, QuietAlarm>().BuildServiceProvider();
        var before = await World.LookAsync(bridge.Database);
        var outcome = await deployed.GetRequiredService<PlanExecution>().ExecuteAsync(plan, null, "test", CancellationToken.None);

        Assert.True(outcome is PlanOutcome.Executed, (outcome as PlanOutcome.Refused)?.Reason);
        Assert.Equal(
            items.Where(i => i.Target is null).Select(Text).Order(StringComparer.Ordinal), (await World.LookAsync(bridge.Database)).HappenedSince(before));
        // Every account of the new target is due there.
        var due = await bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT resource_id FROM due WHERE target = 'other' AND member_id = ''", r => r.GetString(0), CancellationToken.None), CancellationToken.None);
        Assert.Superset(items.Where(i => i is { Target: "other", Operation: PlannedOperation.Create, ResourceId: not null }).Select(i => i.ResourceId!).ToHashSet(), due.ToHashSet());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Plan_is_forgotten_when_it_has_expired(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ReadAsync(bridge, new InventedCompany(2).Rows(10));
        var plan = await MakeAsync(bridge, new PlanRequest());
        bridge.Time.Advance(TimeSpan.FromHours(25));

        Assert.Equal("The plan has expired.", Assert.IsType<PlanOutcome.Refused>(await ExecuteAsync(bridge, plan)).Reason);
        await MakeAsync(bridge, new PlanRequest());

        Assert.Null(await bridge.Database.ReadAsync(s => PlanStore.FindAsync(s, plan.Id, CancellationToken.None), CancellationToken.None));
        Assert.Empty(await ItemsAsync(bridge, plan));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Oldest_plan_makes_room_for_a_new_one(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var plans = new List<StoredPlan>();
        for (var i = 0; i <= WhatIf.PlansKept; i++)
        {
            bridge.Time.Advance(TimeSpan.FromSeconds(1));
            plans.Add(await MakeAsync(bridge, new PlanRequest()));
        }

        var kept = await bridge.Database.ReadAsync(s => PlanStore.ListAsync(s, null, 100, CancellationToken.None), CancellationToken.None);

        Assert.Equal(plans.Skip(1).Select(p => p.Id).Reverse(), kept.Select(p => p.Id));
    }

    // The breaker has tests of its own; here much changes at once.
    private static Task<TestBridge> StartAsync(DatabaseKind kind, Action<JsonObject>? adjust = null) => TestBridge.StartAsync(kind, json =>
    {
        TestBridge.Unheld(json);
        adjust?.Invoke(json);
    });

    // What hands give to some, for good or for a time.
    private static async Task HandAsync(TestBridge bridge, int seed)
    {
        var now = bridge.Get<IClock>().GetCurrentInstant();
        await bridge.Database.WriteAsync(
            async s =>
            {
                var none = CancellationToken.None;
                var users = await s.QueryAsync(
                    "SELECT r.id FROM resource r JOIN worker w ON w.resource_id = r.id ORDER BY w.number", r => r.GetString(0), none);
                var groups = await s.QueryAsync("SELECT id FROM resource WHERE type = 'Group' ORDER BY origin", r => r.GetString(0), none);
                var ruled = (await MembershipStore.OfMembersAsync(s, users, none)).Select(m => (m.GroupId, m.MemberId)).ToHashSet();
                var changes = new Changes(now, "client:tester", "test", ["corp"]);
                for (var i = seed % 3; i < users.Count; i += 3)
                {
                    var group = groups[(i + seed) % groups.Count];
                    changes.Memberships.Add(new MembershipWrite(group, users[i], Joins: true, ByRule: false, Lane.Change)
                    {
                        Until = i % 2 == 0 ? (now + Duration.FromDays(1 + (i % 35))).ToMicroseconds() : null, IsOneOfTwo = ruled.Contains((group, users[i])),
                    });
                }

                await Commit.WriteAsync(s, changes, none);
                await WorkerStore.TouchAsync(s, [], [.. changes.Memberships.Select(m => m.MemberId)], now.ToMicroseconds(), none);
            },
            CancellationToken.None);
    }

    private static Task<StoredPlan> MakeAsync(TestBridge bridge, PlanRequest request) =>
        bridge.Get<WhatIf>().MakeAsync(request, "test", CancellationToken.None);

    private static async Task<StoredPlan> FindAsync(TestBridge bridge, StoredPlan plan) =>
        (await bridge.Database.ReadAsync(s => PlanStore.FindAsync(s, plan.Id, CancellationToken.None), CancellationToken.None))!;

    private static Task<PlanOutcome> ExecuteAsync(TestBridge bridge, StoredPlan plan, PlanFile? file = null) =>
        bridge.Get<PlanExecution>().ExecuteAsync(plan, file is null ? null : (file.Path, file.Checksum), "test", CancellationToken.None);

    private static async Task<List<PlanItem>> ItemsAsync(TestBridge bridge, StoredPlan plan) =>
        (await bridge.Database.ReadAsync(s => PlanStore.ItemsAsync(s, plan.Id, null, null, -1, 100_000, CancellationToken.None), CancellationToken.None))
        .ConvertAll(i => i.Item);

    private static string Text(PlanItem item) => $"{item.Subject} @{item.Target} {item.Operation.Word()} {item.Group}";

    private static async Task HappensAsync(TestBridge bridge, StoredPlan plan, Func<Task> when)
    {
        var planned = (await ItemsAsync(bridge, plan)).ConvertAll(Text);
        Assert.Equal(plan.Items, planned.Count);
        var before = await World.LookAsync(bridge.Database);
        await when();
        var happened = (await World.LookAsync(bridge.Database)).HappenedSince(before);
        Assert.True(
            happened.SetEquals(planned),
            $"Planned only: {string.Join("; ", planned.Except(happened).Take(10))}\nHappened only: {string.Join("; ", happened.Except(planned).Take(10))}");
    }

    private static PlanFile File(TestBridge bridge, List<string> rows)
    {
        var path = bridge.NewFile();
        var text = string.Join('\n', rows.Prepend(TestBridge.Header)) + "\n";
        System.IO.File.WriteAllText(path, text);
        return new PlanFile("hr", path, "workers.csv", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), new Manifest("full"));
    }

    private static async Task ReadAsync(TestBridge bridge, List<string> rows)
    {
        await bridge.Get<Intake>().AddFileAsync("hr", File(bridge, rows).Path, new Manifest("full"), CancellationToken.None);
        await bridge.RunAsync(DrainKind.ReadSource, "hr");
    }

    private static BridgeConfiguration With(TestBridge bridge, Action<JsonObject> change)
    {
        var json = TestBridge.Configure(bridge.Storage.Kind, bridge.Storage.Location, bridge.Sandbox.ScimAddress("corp").ToString());
        TestBridge.Unheld(json);
        change(json);
        return BridgeConfiguration.Parse(json.ToJsonString(), Path.Combine(bridge.Configuration.Folder, "next.json"), new Dictionary<string, string>());
    }
}
