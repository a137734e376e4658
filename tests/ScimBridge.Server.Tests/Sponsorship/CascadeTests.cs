using System.Diagnostics;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;
using Xunit.Abstractions;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>What a decision about workers does to the service accounts that they answer for, in its own transaction.</summary>
public sealed class CascadeTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;

    // 1 sponsors, 2 is the sponsor's manager, 3 the manager's manager, 4 the technical owner, 5 somebody else.
    private static readonly string[] Company =
    [
        TestBridge.Row("1", "Ann", "Holt", manager: "2"), TestBridge.Row("2", "Bo", "Ek", manager: "3"), TestBridge.Row("3", "Cy", "Lund"),
        TestBridge.Row("4", "Di", "Moe", manager: "3"), TestBridge.Row("5", "Ed", "Nord", manager: "3"),
    ];

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_is_replaced_at_once_and_what_they_knew_is_on_a_deadline(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C1, sponsor: "1", owner: "4"));
        var (sponsor, manager) = (await ServiceAccounts.UserAsync(bridge, "1"), await ServiceAccounts.UserAsync(bridge, "2"));
        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        await GiveKnowledgeAsync(bridge, account, sponsor);

        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2"));

        account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal([manager], ServiceAccounts.Holders(account, AccountableRole.Sponsor));
        Assert.Equal(AccountableBasis.Provisional, account.Accountable.Single(a => a.Role == AccountableRole.Sponsor).Basis);
        var handover = Assert.Single(account.Handovers);
        Assert.Equal((manager, Via.Manager), (handover.Asked!.PersonId, handover.Asked.Via));
        var duty = Assert.Single(account.Duties);
        Assert.Equal(("key-sa", sponsor), (duty.KeyId, duty.PersonId));
        Assert.Equal(ServiceAccountState.SponsorAtRisk, account.State);
        // What clients read says the same, and what is due at the target is marked.
        var body = await ServiceAccounts.BodyAsync(bridge, "sa");
        Assert.Equal(("sponsorAtRisk", "provisional", manager), ((string?)body["state"], (string?)body["sponsors"]![0]!["basis"], (string?)body["sponsors"]![0]!["value"]));
        var tasks = await bridge.Database.ReadAsync(s => ServiceAccountTaskStore.DueAsync(s, "corp", long.MaxValue, 10, None), None);
        Assert.Equal([(ServiceAccountVerb.Rotate, "key-sa"), (ServiceAccountVerb.Owners, "")], tasks.Select(t => (t.Verb, t.KeyId)));
        var journal = await ServiceAccounts.JournalAsync(bridge, "sa");
        Assert.Contains("serviceAccount.rotationDue", journal);
        Assert.Contains("serviceAccount.successionAsked", journal);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Many_of_those_on_whom_accounts_depend_do_not_leave_at_once_without_a_person(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json => json["sponsorship"] = new JsonObject());
        // Spread over departments, so that nothing but what depends on them is remarkable.
        string[] Feed(int leaving) =>
            [.. Enumerable.Range(1, 60).Select(i => TestBridge.Row($"{i}", "Ann", $"Holt{i}", status: i <= leaving ? "T" : "A", department: $"D{i % 20}"))];
        await bridge.ImportAsync(Feed(leaving: 0));
        for (var i = 1; i <= 8; i++)
            await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, $"sa{i}", Criticality.C2, sponsor: $"{i}", owner: $"{i}"));

        Assert.Equal(0, (await bridge.ImportAsync(Feed(leaving: 3))).Counts.Held);
        var batch = await bridge.ImportAsync(Feed(leaving: 7));

        Assert.Equal(4, batch.Counts.Held);
        var hold = Assert.Single(await bridge.Database.ReadAsync(s => HoldStore.ListAsync(s, null, "open", null, 10, None), None));
        var reason = Assert.Single(JsonNode.Parse(hold.Reasons)!.AsArray())!;
        Assert.Equal(("terminates", "serviceAccounts", 4, 3, 5L), ((string)reason["effect"]!, (string)reason["stratum"]!, (int)reason["count"]!, (int)reason["limit"]!, (long)reason["population"]!));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Sponsor_and_their_manager_in_one_batch_see_each_other_gone(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C1, sponsor: "1", owner: "4"));

        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2"), TestBridge.Row("2", "Bo", "Ek", status: "T", manager: "3"));

        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal([await ServiceAccounts.UserAsync(bridge, "3")], ServiceAccounts.Holders(account, AccountableRole.Sponsor));
        Assert.Equal(Via.ManagerAbove, Assert.Single(account.Handovers).Asked!.Via);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Ring_of_managers_ends_on_the_orphan_queue(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ServiceAccounts.On);
        string[] ring = [TestBridge.Row("1", "Ann", "Holt", manager: "2"), TestBridge.Row("2", "Bo", "Ek", manager: "1"), TestBridge.Row("4", "Di", "Moe")];
        await bridge.ImportAsync(ring);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C2, sponsor: "1", owner: "4"));

        await bridge.ImportAsync(TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2"), TestBridge.Row("2", "Bo", "Ek", status: "T", manager: "1"), ring[2]);

        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal([AccountableRole.Sponsor], account.Orphan!.Roles);
        Assert.Equal(["sa"], await bridge.Database.ReadAsync(s => ServiceAccountStore.OrphansAsync(s, after: null, 10, None), None));
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Co_sponsor_who_is_on_leave_is_passed_over(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var now = bridge.Get<IClock>().GetCurrentInstant();
        var account = await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C2, sponsor: "1", owner: "4");
        var second = await ServiceAccounts.UserAsync(bridge, "5");
        await ServiceAccounts.AddAsync(bridge, account with { Accountable = [.. account.Accountable, new(AccountableRole.CoSponsor, second, now) { AcceptedAt = now }] });
        await ImportAsync(bridge, TestBridge.Row("5", "Ed", "Nord", status: "L", manager: "3"));

        await ImportAsync(bridge, TestBridge.Row("5", "Ed", "Nord", status: "L", manager: "3"), TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2"));

        account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal(Via.Manager, Assert.Single(account.Handovers).Asked!.Via);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_goes_on_leave_is_stood_in_for_until_both_confirm_the_return(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C3, sponsor: "1", owner: "4"));
        var (away, manager) = (await ServiceAccounts.UserAsync(bridge, "1"), await ServiceAccounts.UserAsync(bridge, "2"));

        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", status: "L", manager: "2"));
        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal([away, manager], ServiceAccounts.Holders(account, AccountableRole.Sponsor));
        Assert.Equal(away, account.Accountable.Single(a => a.Basis == AccountableBasis.Acting).ActingFor);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));

        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", manager: "2"));
        account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.NotNull(account.Accountable.Single(a => a.Basis == AccountableBasis.Acting).ReturnBy);
        bridge.Time.Advance(TimeSpan.FromDays(8));
        await DueAsync(bridge);
        account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal([away], ServiceAccounts.Holders(account, AccountableRole.Sponsor));
        Assert.NotNull(account.AttestBy);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Mover_keeps_the_role_for_one_answer_and_is_replaced_then(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C2, sponsor: "5", owner: "4"));
        var (mover, asked) = (await ServiceAccounts.UserAsync(bridge, "4"), await ServiceAccounts.UserAsync(bridge, "3"));

        // In the same breath HR gives them another manager: who is asked is the one of before.
        await ImportAsync(bridge, TestBridge.Row("4", "Di", "Moe", department: "Legal", manager: "2"));
        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal([mover], ServiceAccounts.Holders(account, AccountableRole.TechnicalOwner));
        var handover = Assert.Single(account.Handovers);
        Assert.Equal((asked, AccountableRole.TechnicalOwner), (handover.Asked!.PersonId, handover.Role));

        bridge.Time.Advance(TimeSpan.FromHours(25));
        await DueAsync(bridge);
        account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.DoesNotContain(mover, ServiceAccounts.Holders(account, AccountableRole.TechnicalOwner));
        Assert.Equal(mover, Assert.Single(account.Duties).PersonId);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Notice_begins_the_succession_and_its_withdrawal_ends_it(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C3, sponsor: "1", owner: "4"));

        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", lastDay: "2026-06-30", manager: "2"));
        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal(await ServiceAccounts.UserAsync(bridge, "1"), Assert.Single(account.Handovers).From);
        Assert.Equal([await ServiceAccounts.UserAsync(bridge, "1")], ServiceAccounts.Holders(account, AccountableRole.Sponsor));

        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", manager: "2"));
        Assert.Empty((await ServiceAccounts.GetAsync(bridge, "sa")).Handovers);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task External_sponsor_is_looked_for_a_successor_when_the_contract_comes_near_its_end(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, ServiceAccounts.On);
        string[] rows = [.. Company.Skip(1), TestBridge.Row("9", "Ola", "Ext", type: "C", end: "2026-06-30", manager: "2")];
        await bridge.ImportAsync(rows);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C4, sponsor: "9", owner: "4"));
        await DueAsync(bridge);
        Assert.Empty((await ServiceAccounts.GetAsync(bridge, "sa")).Handovers);

        bridge.Time.Advance(TimeSpan.FromDays(76));
        await bridge.SettleAsync();
        Assert.NotNull(Assert.Single((await ServiceAccounts.GetAsync(bridge, "sa")).Handovers).RestrictAt);
        // The manager says nothing, nor anybody above.
        bridge.Time.Advance(TimeSpan.FromDays(32));
        for (var i = 0; i < 4; i++)
            await DueAsync(bridge);
        Assert.Equal(AccountUse.Restricted, (await ServiceAccounts.GetAsync(bridge, "sa")).Use);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_does_not_answer_is_passed_over_up_to_the_duty_group(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C1, sponsor: "1", owner: "4"));
        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2"));

        bridge.Time.Advance(TimeSpan.FromHours(5));
        await DueAsync(bridge);
        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.Equal(await ServiceAccounts.UserAsync(bridge, "3"), Assert.Single(account.Handovers).Asked!.PersonId);
        bridge.Time.Advance(TimeSpan.FromHours(5));
        await DueAsync(bridge);
        account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.NotNull(account.Orphan);
        Assert.Equal(ServiceAccountState.Orphaned, account.State);
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_s_case_stays_open_until_the_last_secret_is_seen_to_be_gone(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C3, sponsor: "5", owner: "4"));
        var leaver = await ServiceAccounts.UserAsync(bridge, "4");
        await ImportAsync(bridge, TestBridge.Row("4", "Di", "Moe", status: "T", manager: "3"));
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        Assert.Equal("open", (await CaseAsync(bridge, leaver)).State);
        // It is not late: what they know has a deadline of its own.
        bridge.Time.Advance(TimeSpan.FromHours(1));
        await bridge.Get<Overdue>().TellAsync(None);
        Assert.Null((await CaseAsync(bridge, leaver)).EscalatedAt);

        var book = bridge.Get<AccountBook>();
        await bridge.Database.WriteAsync(s => book.SeenAsync(s, "sa", "key-sa", CredentialState.Revoked, "DELETE key: 204", "test", "test", None), None);
        Assert.Equal("open", (await CaseAsync(bridge, leaver)).State);
        await bridge.Database.WriteAsync(s => book.SeenAsync(s, "sa", "key-sa", CredentialState.RotatedVerified, "POST token: 401", "test", "test", None), None);

        Assert.Equal("closed", (await CaseAsync(bridge, leaver)).State);
        Assert.NotNull(Assert.Single((await ServiceAccounts.GetAsync(bridge, "sa")).Duties).ClosedAt);
        var body = await ServiceAccounts.BodyAsync(bridge, "sa");
        Assert.Equal("rotatedVerified", (string?)body["credentials"]![0]!["state"]);
        Assert.NotNull(body["lastRotatedAt"]);
        // Seen once more, it is no news.
        var journal = await ServiceAccounts.JournalAsync(bridge, "sa");
        await bridge.Database.WriteAsync(s => book.SeenAsync(s, "sa", "key-sa", CredentialState.RotatedVerified, "POST token: 401", "test", "test", None), None);
        Assert.Equal(journal, await ServiceAccounts.JournalAsync(bridge, "sa"));
        Assert.Equal(2, journal.Count(k => k == "serviceAccount.credentialSeen"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_nobody_can_see_is_accepted_by_name_and_closes_the_case_with_that_name(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var account = await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C3, sponsor: "5", owner: "4");
        await ServiceAccounts.AddAsync(bridge, account with { Credentials = [.. account.Credentials.Select(c => c with { Retirement = Retirement.None })] });
        var (leaver, sponsor) = (await ServiceAccounts.UserAsync(bridge, "4"), await ServiceAccounts.UserAsync(bridge, "5"));
        await ImportAsync(bridge, TestBridge.Row("4", "Di", "Moe", status: "T", manager: "3"));
        await bridge.RunAsync(DrainKind.Enforce, "corp");
        bridge.Time.Advance(TimeSpan.FromDays(7.1));
        await DueAsync(bridge);
        var credential = Assert.Single((await ServiceAccounts.GetAsync(bridge, "sa")).Credentials);
        Assert.Equal((CredentialState.Unverifiable, sponsor), (credential.State, credential.Risk!.OwnerId));
        Assert.Equal("open", (await CaseAsync(bridge, leaver)).State);

        var book = bridge.Get<AccountBook>();
        Assert.False((await book.AcceptRiskAsync("sa", "key-sa", leaver, "test", "test", None))!.Value.IsDone);
        Assert.True((await book.AcceptRiskAsync("sa", "key-sa", sponsor, "test", "test", None))!.Value.IsDone);
        Assert.Equal("closed", (await CaseAsync(bridge, leaver)).State);
        var secret = Assert.Single(LeaverClosure.Secrets(leaver, [await ServiceAccounts.GetAsync(bridge, "sa")]));
        Assert.Equal((SecretOutcome.Unverifiable, sponsor), (secret.Outcome, secret.AcceptedBy));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Who_is_asked_is_told_with_a_link_that_is_theirs(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            ServiceAccounts.On(json);
            json["notifications"] = new JsonObject
            {
                ["desk"] = new JsonObject
                {
                    ["url"] = "https://desk.example", ["keys"] = new JsonArray(new JsonObject { ["value"] = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0" }),
                    ["events"] = new JsonArray("serviceAccount.successionAsked"),
                },
            };
        });
        await bridge.ImportAsync(Company);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C2, sponsor: "1", owner: "4"));
        await ImportAsync(bridge, TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2"));

        var told = Assert.Single(await bridge.Database.ReadAsync(s => NotificationStore.DueAsync(s, "desk", long.MaxValue, 10, None), None));
        var seal = bridge.Get<AnswerSeal>();
        var body = await bridge.Database.ReadAsync(s => new AccountNoticeBody(seal, "https://bridge.example/").OfAsync(s, told, None), None);
        Assert.Equal(("serviceAccount.successionAsked", "sa", "bo.ek@corp.example"), (
            (string?)body["type"], (string?)body["serviceAccount"]!["displayName"], (string?)body["person"]!["userName"]));
        var answer = (string)body["answer"]!;
        Assert.StartsWith("https://bridge.example/answers/", answer, StringComparison.Ordinal);
        var link = await seal.OpenAsync(answer[(answer.LastIndexOf('/') + 1)..], None);
        Assert.Equal(await ServiceAccounts.UserAsync(bridge, "2"), link!.PersonId);
        var account = await ServiceAccounts.GetAsync(bridge, "sa");
        Assert.True(link.IsOpen(account, bridge.Get<IClock>().GetCurrentInstant()));
        Assert.False(link.IsOpen(account, link.Until));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Thousand_accounts_of_one_leaver_are_decided_at_once(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        var one = await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C2, sponsor: "1", owner: "4");
        var leaver = await ServiceAccounts.UserAsync(bridge, "1");
        await ServiceAccounts.AddAsync(bridge, [.. Enumerable.Range(0, 1000).Select(i => one with
        {
            Id = $"sa{i}",
            Criticality = (Criticality)(1 + (i % 4)),
            Credentials = [new Credential($"k{i}") { KnownTo = [new(leaver, bridge.Get<IClock>().GetCurrentInstant(), Provisioning.Sponsorship.Evidence.Created)] }],
        })]);
        // The first of its kind pays for compiling it: not what is measured here.
        await ImportAsync(bridge, TestBridge.Row("4", "Di", "Moe", title: "Chief", manager: "3"));
        var path = bridge.NewFile();
        await File.WriteAllLinesAsync(path, [TestBridge.Header, TestBridge.Row("1", "Ann", "Holt", status: "T", manager: "2"), .. Company.Skip(1).Where(r => r[0] != '4'), TestBridge.Row("4", "Di", "Moe", title: "Chief", manager: "3")]);
        await bridge.Get<Intake>().AddFileAsync("hr", path, new Manifest("full"), None);
        await bridge.RunAsync(DrainKind.ReadSource, "hr");

        var watch = Stopwatch.StartNew();
        await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
        watch.Stop();

        output.WriteLine($"{kind}: {watch.ElapsedMilliseconds} ms");
        var ids = Enumerable.Range(0, 1000).Select(i => $"sa{i}").ToList();
        var rows = await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, ids, None), None);
        Assert.All(rows, r => Assert.Equal(leaver, Assert.Single(r.Account.Duties).PersonId));
        Assert.All(rows, r => Assert.Single(r.Account.Handovers));
        Assert.Empty(await ServiceAccounts.ViolationsAsync(bridge));
        // On a machine that does ten other things time says little; where it is asked for, the promise is held to.
        var promise = Environment.GetEnvironmentVariable("SCIMBRIDGE_MEASURE") is { Length: > 0 } ? 2 : 20;
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(promise), $"{watch.Elapsed}");
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Nothing_is_said_of_accounts_that_are_nobodys_matter(DatabaseKind kind)
    {
        await using var bridge = await StartAsync(kind);
        await ServiceAccounts.AddAsync(bridge, await ServiceAccounts.NewAsync(bridge, "sa", Criticality.C1, sponsor: "1", owner: "4"));
        var before = await ServiceAccounts.JournalAsync(bridge, "sa");
        await ImportAsync(bridge, TestBridge.Row("5", "Ed", "Nord", status: "T", manager: "3"));
        Assert.Equal(before, await ServiceAccounts.JournalAsync(bridge, "sa"));
    }

    private static async Task<TestBridge> StartAsync(DatabaseKind kind)
    {
        var bridge = await TestBridge.StartAsync(kind, ServiceAccounts.On);
        await bridge.ImportAsync(Company);
        return bridge;
    }

    // The company as it was, with some rows in place of others.
    private static Task<Batch> ImportAsync(TestBridge bridge, params string[] changed) => bridge.ImportAsync(
        [.. Company.Where(row => changed.All(c => c.Split(',')[0] != row.Split(',')[0])), .. changed]);

    private static async Task<Revocation> CaseAsync(TestBridge bridge, string person) =>
        Assert.Single(await bridge.Database.ReadAsync(s => RevocationStore.OfAsync(s, person, None), None));

    private static Task<Instant?> DueAsync(TestBridge bridge) => bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);

    private static async Task GiveKnowledgeAsync(TestBridge bridge, ServiceAccount account, string person)
    {
        var row = (await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [account.Id], None), None)).Single();
        var now = bridge.Get<IClock>().GetCurrentInstant();
        var after = row.Account with { Credentials = [.. row.Account.Credentials.Select(c => c with { KnownTo = [new(person, now, Provisioning.Sponsorship.Evidence.Shared)] })] };
        var changes = new AccountChanges(bridge.Configuration, "test", "test", now);
        changes.Add(new AccountDecision(row, after, [], now));
        await bridge.Database.WriteAsync(s => changes.WriteAsync(s, None), None);
    }
}
