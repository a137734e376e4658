using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Reconciliation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;
using static ScimBridge.Storage.Tests.Write;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class ServiceAccountStoreTests
{
    private static readonly Instant At = Instant.FromUtc(2026, 3, 2, 9, 0);
    private static readonly ResourceType Type = SchemaCatalog.Load([], [], serviceAccounts: true).FindResourceType("ServiceAccount")!;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Account_is_found_by_its_people_its_target_and_its_time(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Account("a") with { Credentials = [new Credential("k") { KnownTo = [new("ann", At, Evidence.Shared)] }] }, At);
        await AddAsync(test, Account("b"), At + Duration.FromDays(1));
        await AddAsync(test, Account("c"), nextAt: null);

        Assert.Equal(["a"], await OfPeopleAsync(test, "ann"));
        Assert.Equal(["a", "b", "c"], await OfPeopleAsync(test, "own", "spo", "nobody"));
        Assert.Equal("b", await test.Database.ReadAsync(s => ServiceAccountStore.FindByRemoteAsync(s, "corp", "remote-b", Never), Never));
        Assert.Null(await test.Database.ReadAsync(s => ServiceAccountStore.FindByRemoteAsync(s, "okta", "remote-b", Never), Never));
        Assert.Equal(["a"], await test.Database.ReadAsync(s => ServiceAccountStore.DueAsync(s, At.ToMicroseconds(), 10, Never), Never));
        Assert.Equal(At.ToMicroseconds(), await test.Database.ReadAsync(s => ServiceAccountStore.NextAtAsync(s, Never), Never));
        await test.Database.WriteAsync(s => ServiceAccountStore.WakeAsync(s, ["c"], At.ToMicroseconds() - 1, Never), Never);
        Assert.Equal(["c", "a"], await test.Database.ReadAsync(s => ServiceAccountStore.DueAsync(s, At.ToMicroseconds(), 10, Never), Never));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_becomes_of_an_account_is_what_is_read(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Account("a"), nextAt: null);
        var read = Assert.Single(await LoadAsync(test, "a"));
        var after = read.Account with
        {
            Accountable = [new(AccountableRole.Sponsor, "spo", At), new(AccountableRole.TechnicalOwner, "new", At)],
            Duties = [new("k", "own", At + Duration.FromDays(7))],
            Orphan = new([AccountableRole.Sponsor], At) { TriageBy = At, EndBy = At },
        };
        await SaveAsync(test, new ServiceAccountWrite(read, after, At) { Target = "corp", RemoteId = "remote-a" });

        var again = Assert.Single(await LoadAsync(test, "a"));
        Assert.Equal((2, "corp", "remote-a", At), (again.Version, again.Target, again.RemoteId, again.NextAt));
        Assert.Equal(ServiceAccountJson.Write(after), ServiceAccountJson.Write(again.Account));
        Assert.Empty(await OfPeopleAsync(test, "own"));
        Assert.Equal(["a"], await OfPeopleAsync(test, "new"));
        Assert.Equal(["a"], await test.Database.ReadAsync(s => ServiceAccountStore.OrphansAsync(s, after: null, 10, Never), Never));
        Assert.Empty(await test.Database.ReadAsync(s => ServiceAccountStore.OrphansAsync(s, "a", 10, Never), Never));
        // Who has not seen the newest does not write over it.
        await Assert.ThrowsAsync<ConcurrencyException>(() => SaveAsync(test, new ServiceAccountWrite(read, read.Account, At)));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Whose_matter_an_account_ever_was_is_still_known_when_it_is_gone(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Account("a"), nextAt: null);
        var read = Assert.Single(await LoadAsync(test, "a"));
        await SaveAsync(test, new ServiceAccountWrite(read, read.Account with { Accountable = [new(AccountableRole.Sponsor, "new", At)] }, At) { Target = "corp", RemoteId = "remote-a" });
        Task<List<string>> EverAsync(string person) => test.Database.ReadAsync(s => ServiceAccountStore.EverOfPersonAsync(s, person, Never), Never);
        Assert.Equal(["a"], await EverAsync("own"));
        Assert.Equal(["a"], await EverAsync("new"));
        Assert.Empty(await EverAsync("nobody"));

        var changes = Changes();
        changes.Deletes.Add(Delete(Type, "a", 1, Body(("displayName", "a"), ("kind", "serviceAccount"), ("criticality", 3))));
        await test.Database.CommitAsync(changes);

        Assert.Empty(await OfPeopleAsync(test, "new"));
        Assert.Equal(["a"], await EverAsync("own"));
        Assert.Equal(["a"], await EverAsync("new"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_a_listing_has_not_shown_of_a_target_is_told_in_pages(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        foreach (var id in new[] { "a", "b", "c", "d" })
            await AddAsync(test, id == "d" ? Account(id) with { Use = AccountUse.Proposed } : Account(id), nextAt: null);
        var reconciliation = new Reconciliation("1", "corp", Reconciliation.OfAll, Reconciliation.Report, "tester", 5) { Phase = "serviceAccounts" };
        await test.Database.WriteAsync(
            async s =>
            {
                await ReconciliationStore.AddAsync(s, reconciliation, Never);
                await ReconciliationStore.SaveAsync(s, reconciliation, [], DifferenceSubject.ServiceAccount, ["remote-b"], Never);
                await ReconciliationStore.SaveAsync(s, reconciliation, [], DifferenceSubject.User, ["remote-a"], Never);
            },
            Never);
        Task<List<(string Id, string RemoteId)>> UnseenAsync(string after, int limit) =>
            test.Database.ReadAsync(s => ReconciliationStore.UnseenServiceAccountsAsync(s, "1", "corp", after, limit, Never), Never);

        Assert.Equal([("a", "remote-a"), ("c", "remote-c")], await UnseenAsync("", 10));
        Assert.Equal([("a", "remote-a")], await UnseenAsync("", 1));
        Assert.Equal([("c", "remote-c")], await UnseenAsync("remote-a", 10));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Figures_count_who_answers_and_what_went_in_time(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Account("a") with { ExpiresAt = At, Duties = [new("k", "own", At)] }, nextAt: null);
        await AddAsync(test, Account("b") with { Accountable = [new(AccountableRole.Sponsor, "spo", At)] }, nextAt: null);
        await AddAsync(test, Account("c") with { Use = AccountUse.Proposed }, nextAt: null);
        await AddAsync(test, Account("d") with { Use = AccountUse.Deleted }, nextAt: null);
        await AddAsync(
            test, Account("e") with
            {
                Duties = [new("k", "own", At) { ClosedAt = At }, new("l", "own", At) { ClosedAt = At + Duration.FromHours(1) }, new("m", "own", At) { ClosedAt = At - Duration.FromDays(400) }],
            }, nextAt: null);

        var now = (At + Duration.FromMinutes(1)).ToMicroseconds();
        var figures = await test.Database.ReadAsync(s => ServiceAccountStore.FiguresAsync(s, (At - Duration.FromDays(365)).ToMicroseconds(), now, Never), Never);
        Assert.Equal(
            new ServiceAccountFigures(
                Accounts: 3, WithOwner: 2, WithSponsor: 3, WithExpiry: 1, Proposed: 1, Orphans: 0, OpenDuties: 1, LateDuties: 1, ClosedDuties: 2, ClosedInTime: 1),
            figures);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Target_has_an_account_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Account("a"), nextAt: null);
        await Assert.ThrowsAsync<UniquenessException>(() => AddAsync(test, Account("b"), nextAt: null, remoteId: "remote-a"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Tasks_come_by_lane_and_time_and_are_done_once(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Account("a"), nextAt: null);
        await AddAsync(test, Account("b"), nextAt: null);
        await MarkAsync(test, 10, new("corp", "a", ServiceAccountVerb.Owners, "", Lane.Change, 10), new("corp", "a", ServiceAccountVerb.Rotate, "k", Lane.Revoke, 20));
        await MarkAsync(test, 11, new("corp", "b", ServiceAccountVerb.Disable, "", Lane.Suspend, 11), new("okta", "b", ServiceAccountVerb.Delete, "", Lane.Revoke, 1));

        Assert.Equal([ServiceAccountVerb.Disable, ServiceAccountVerb.Owners], (await DueAsync(test, 19)).Select(t => t.Verb));
        var due = await DueAsync(test, 20);
        Assert.Equal([(ServiceAccountVerb.Rotate, "k"), (ServiceAccountVerb.Disable, ""), (ServiceAccountVerb.Owners, "")], due.Select(t => (t.Verb, t.KeyId)));
        Assert.Equal(10, await NextAtAsync(test));
        // The second has changed meanwhile: what was done of it is not the last word.
        await MarkAsync(test, 12, new ServiceAccountMark("corp", "b", ServiceAccountVerb.Disable, "", Lane.Revoke, 30));
        await test.Database.WriteAsync(s => ServiceAccountTaskStore.DoneAsync(s, "corp", due, Never), Never);
        var left = Assert.Single(await DueAsync(test, 20));
        Assert.Equal((ServiceAccountVerb.Disable, Lane.Revoke, 2, 11), (left.Verb, left.Lane, left.Generation, left.Since));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Task_that_failed_waits_or_is_given_up_until_it_is_marked_anew(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Account("a"), nextAt: null);
        await MarkAsync(test, 10, new("corp", "a", ServiceAccountVerb.Rotate, "k", Lane.Revoke, 10), new("corp", "a", ServiceAccountVerb.Delete, "", Lane.Revoke, 10));
        var due = await DueAsync(test, 10);
        await test.Database.WriteAsync(
            s => ServiceAccountTaskStore.FailedAsync(s, "corp", due.Select(t => (t, t.KeyId == "k" ? 50 : (long?)null, "no")), Never), Never);

        Assert.Empty(await DueAsync(test, 49));
        Assert.Equal(("k", 1), (await DueAsync(test, 1000)).Select(t => (t.KeyId, t.Attempts)).Single());
        Assert.Equal(50, await NextAtAsync(test));
        await MarkAsync(test, 60, new ServiceAccountMark("corp", "a", ServiceAccountVerb.Delete, "", Lane.Revoke, 60));
        Assert.Equal([("k", 1), ("", 0)], (await DueAsync(test, 60)).Select(t => (t.KeyId, t.Attempts)));
        var open = await test.Database.ReadAsync(s => ServiceAccountTaskStore.OpenAsync(s, "corp", ["a", "b"], Never), Never);
        Assert.Equal([ServiceAccountVerb.Delete, ServiceAccountVerb.Rotate], Assert.Single(open).Order());
    }

    private static ServiceAccount Account(string id) => new(id, ServiceAccountKind.ServiceAccount, Criticality.C3)
    {
        Accountable = [new(AccountableRole.Sponsor, "spo", At), new(AccountableRole.TechnicalOwner, "own", At)],
    };

    private static Task AddAsync(TestDatabase test, ServiceAccount account, Instant? nextAt, string? remoteId = null) => test.Database.WriteAsync(
        async s =>
        {
            var changes = Changes();
            changes.Resources.Add(Create(Type, account.Id, Body(("displayName", account.Id), ("kind", "serviceAccount"), ("criticality", 3))));
            await Commit.WriteAsync(s, changes, Never);
            var write = new ServiceAccountWrite(Before: null, account, nextAt) { Target = "corp", RemoteId = remoteId ?? "remote-" + account.Id };
            await ServiceAccountStore.SaveAsync(s, [write], At.ToMicroseconds(), Never);
        },
        Never);

    private static Task SaveAsync(TestDatabase test, ServiceAccountWrite write) =>
        test.Database.WriteAsync(s => ServiceAccountStore.SaveAsync(s, [write], At.ToMicroseconds(), Never), Never);

    private static Task<List<ServiceAccountRow>> LoadAsync(TestDatabase test, params string[] ids) =>
        test.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, ids, Never), Never);

    private static Task<List<string>> OfPeopleAsync(TestDatabase test, params string[] people) =>
        test.Database.ReadAsync(s => ServiceAccountStore.OfPeopleAsync(s, people, Never), Never);

    private static Task MarkAsync(TestDatabase test, long now, params ServiceAccountMark[] marks) =>
        test.Database.WriteAsync(s => ServiceAccountTaskStore.MarkAsync(s, marks, now, "test", Never), Never);

    private static Task<List<ServiceAccountTask>> DueAsync(TestDatabase test, long now) =>
        test.Database.ReadAsync(s => ServiceAccountTaskStore.DueAsync(s, "corp", now, 10, Never), Never);

    private static Task<long?> NextAtAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => ServiceAccountTaskStore.NextAtAsync(s, "corp", Never), Never);
}
