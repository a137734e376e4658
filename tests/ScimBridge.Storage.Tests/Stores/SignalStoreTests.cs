using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class SignalStoreTests
{
    private static readonly ResourceType User = SchemaCatalog.Default.User;
    private static readonly ResourceType Group = SchemaCatalog.Default.Group;

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Stream_is_told_what_it_wants_with_the_change_and_nothing_else(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("risc", SignalType.AccountDisabled, SignalType.AccountEnabled));
        await AddAsync(test, Stream("caep", SignalType.SessionRevoked));
        await AddAsync(test, Stream("off", SignalType.SessionRevoked) with { Status = SignalStreamRow.Disabled });
        var body = await CreateAsync(test, "u1");

        var told = await ChangeAsync(test, "u1", 1, body, Lane.Revoke, ("active", false));

        var risc = Assert.Single(await WaitingAsync(test, "risc"));
        var expected = new Signal(SignalType.AccountDisabled, "User", "u1", Instant.FromUnixTimeTicks(50), "test") { Cause = SignalCause.End, Initiator = SignalInitiator.System };
        Assert.Equivalent(expected, risc.Signal, strict: true);
        Assert.Equal((SignalType.SessionRevoked, SignalCause.End), Assert.Single((await WaitingAsync(test, "caep")).Select(s => (s.Signal.Type, s.Signal.Cause))));
        Assert.Empty(await WaitingAsync(test, "off"));
        Assert.Equal(["caep", "risc"], told.Order(StringComparer.Ordinal));
        Assert.Equal(2, await RowsAsync(test));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Nothing_is_written_where_the_change_tells_nobody_or_is_not_written(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("all", [.. SignalEvents.Supported]));
        var body = await CreateAsync(test, "u1", tells: false);
        var changes = Changes(5);
        changes.Deletes.Add(Write.Delete(User, "u1", 1, body));

        await Assert.ThrowsAsync<InvalidOperationException>(() => test.Database.WriteAsync(
            async s =>
            {
                await Commit.WriteAsync(s, changes, Write.Never);
                throw new InvalidOperationException("after the last statement");
            },
            Write.Never));

        Assert.Equal(0, await RowsAsync(test));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Every_kind_of_change_is_told_in_order(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("all", [.. SignalEvents.Supported]));
        var first = await CreateAsync(test, "u1");
        await ChangeAsync(test, "u1", 1, first, Lane.Suspend, ("active", false));
        await ChangeAsync(test, "u1", 2, first, Lane.Join, ("active", true));
        await ChangeAsync(test, "u1", 3, first, Lane.Change, ("title", "Lead"));
        var group = Changes(6);
        group.Resources.Add(Write.Create(Group, "g1", Write.Body(("displayName", "Staff"))));
        group.Memberships.Add(Write.Join("g1", "u1"));
        await test.Database.CommitAsync(group);
        var leaving = Changes(7);
        leaving.Memberships.Add(Write.Leave("g1", "u1"));
        leaving.Memberships.Add(Write.Leave("g1", "u1") with { ByRule = true, IsOneOfTwo = true });
        await test.Database.CommitAsync(leaving);
        var deletion = Changes(8);
        deletion.Deletes.Add(Write.Delete(User, "u1", 4, first));
        await test.Database.CommitAsync(deletion);

        var told = (await WaitingAsync(test, "all")).ConvertAll(q => q.Signal);

        Assert.Equal(
        [
            "ResourceCreated u1 userName,emails,active 1", "ResourceChanged u1 active 2", "AccountDisabled u1  ", "SessionRevoked u1  ", "ResourceDeactivated u1  ",
            "ResourceChanged u1 active 3", "AccountEnabled u1  ", "ResourceActivated u1  ",
            "ResourceChanged u1 title 4", "TokenClaimsChange u1 title ",
            "ResourceCreated g1 displayName 1",
            "ResourceChanged g1 members ",
            "SessionRevoked u1  ", "AccountPurged u1  ", "ResourceDeleted u1  ",
        ],
        told.Select(s => $"{s.Type} {s.ResourceId} {string.Join(',', s.Attributes)} {s.Version}"));
        Assert.Equal(SignalCause.Suspension, told[2].Cause);
        Assert.Equal(SignalCause.Deletion, told[^1].Cause);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Address_is_kept_only_where_it_is_asked_for_and_nowhere_else_any_more(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("mail", SignalType.AccountDisabled, SignalType.IdentifierChanged, SignalType.SessionRevoked) with { Rule = new(SubjectFormat.Email) });
        await AddAsync(test, Stream("ids", SignalType.AccountDisabled, SignalType.AccountPurged));
        var first = await CreateAsync(test, "u1");
        await ChangeAsync(test, "u1", 1, first, Lane.Revoke, ("active", false));
        Assert.All(await WaitingAsync(test, "mail"), q => Assert.Null(q.Signal.FormerAddress));

        // What was to be told of the old address goes on meaning it.
        var second = Body("new@corp.example", active: false);
        await ChangeAsync(test, "u1", 2, second, Lane.Change, ("emails", second["emails"]!.DeepClone()));
        Assert.Equal(
            [(SignalType.AccountDisabled, "old@corp.example"), (SignalType.SessionRevoked, "old@corp.example"), (SignalType.IdentifierChanged, "old@corp.example")],
            (await WaitingAsync(test, "mail")).Select(q => (q.Signal.Type, q.Signal.FormerAddress!)));

        var deletion = Changes(9);
        deletion.Deletes.Add(Write.Delete(User, "u1", 3, second));
        await test.Database.CommitAsync(deletion);
        Assert.Equal((SignalType.SessionRevoked, "new@corp.example"), (await WaitingAsync(test, "mail")).Select(q => (q.Signal.Type, q.Signal.FormerAddress!)).Last());
        Assert.All(await WaitingAsync(test, "ids"), q => Assert.Null(q.Signal.FormerAddress));

        var refused = (await WaitingAsync(test, "mail"))[0];
        await test.Database.WriteAsync(s => SignalStore.RefuseAsync(s, "mail", refused.Id, "400 invalid_request", Write.Never), Write.Never);
        var kept = Assert.Single(await test.Database.ReadAsync(s => SignalStore.RefusedAsync(s, "mail", 10, Write.Never), Write.Never));
        Assert.Equal(("400 invalid_request", (string?)null), (kept.Refused!, kept.Signal.FormerAddress));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_is_appended_by_hand_is_read_back_as_it_was(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("push", SignalType.CredentialChange));
        await AddAsync(test, Stream("poll", SignalType.CredentialChange) with { Endpoint = null });
        var signal = new Signal(SignalType.CredentialChange, "User", "u1", Instant.FromUnixTimeTicks(70), "case-1")
        {
            Cause = SignalCause.End, Initiator = SignalInitiator.Admin, Credential = new("app", "revoke"),
        };
        var updated = new Signal(SignalType.StreamUpdated, "Stream", "push", Instant.FromUnixTimeTicks(80), "case-1") { Notice = new(Status: "paused", Reason: "why") };

        var told = await test.Database.WriteAsync(s => SignalStore.AppendAsync(s, [signal, signal with { Type = SignalType.AccountPurged }], Write.Never), Write.Never);
        await test.Database.WriteAsync(s => SignalStore.AppendAsync(s, "push", updated, Write.Never), Write.Never);

        Assert.Equal(["push"], told);
        Assert.Equivalent(new[] { signal, updated }, (await WaitingAsync(test, "push")).Select(q => q.Signal), strict: true);
        Assert.Single(await WaitingAsync(test, "poll"));
        Assert.Equal(3, (await WaitingAsync(test, "push")).Concat(await WaitingAsync(test, "poll")).Select(q => q.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_was_taken_is_gone_for_its_own_stream_alone(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("one", SignalType.AccountPurged));
        await AddAsync(test, Stream("two", SignalType.AccountPurged));
        var signal = new Signal(SignalType.AccountPurged, "User", "u1", Instant.FromUnixTimeTicks(70), "x");
        await test.Database.WriteAsync(s => SignalStore.AppendAsync(s, [signal, signal], Write.Never), Write.Never);
        var ids = (await WaitingAsync(test, "one")).ConvertAll(q => q.Id);

        await test.Database.WriteAsync(s => SignalStore.TakenAsync(s, "two", ids, Write.Never), Write.Never);
        await test.Database.WriteAsync(s => SignalStore.TakenAsync(s, "one", [ids[0]], Write.Never), Write.Never);

        Assert.Equal([ids[1]], (await WaitingAsync(test, "one")).Select(q => q.Id));
        Assert.Equal(2, (await WaitingAsync(test, "two")).Count);
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_is_old_is_given_up_and_forgotten_later_and_who_fetches_nothing_is_known(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("push", SignalType.AccountPurged));
        await AddAsync(test, Stream("poll", SignalType.AccountPurged) with { Endpoint = null });
        await AddAsync(test, Stream("rest", SignalType.AccountPurged) with { Status = SignalStreamRow.Paused });
        foreach (var at in (long[])[70, 90])
        {
            await test.Database.WriteAsync(
                s => SignalStore.AppendAsync(s, [new(SignalType.AccountPurged, "User", "u1", Instant.FromUnixTimeTicks(at * 10), "x")], Write.Never), Write.Never);
        }

        Assert.Equal(["poll", "rest"], await test.Database.ReadAsync(s => SignalStreamStore.IdleAsync(s, 80, Write.Never), Write.Never));
        Assert.Empty(await test.Database.ReadAsync(s => SignalStreamStore.IdleAsync(s, 70, Write.Never), Write.Never));
        Assert.Equal([("push", null)], await test.Database.ReadAsync(s => SignalStreamStore.DueAsync(s, Write.Never), Write.Never));

        Assert.Equal(1, await test.Database.WriteAsync(s => SignalStore.GiveUpAsync(s, "push", 80, "503", Write.Never), Write.Never));
        Assert.Equal((1, 1), await test.Database.ReadAsync(s => SignalStore.CountAsync(s, "push", Write.Never), Write.Never));
        await test.Database.WriteAsync(s => SignalStore.ForgetAsync(s, "push", 80, Write.Never), Write.Never);
        Assert.Equal((1, 0), await test.Database.ReadAsync(s => SignalStore.CountAsync(s, "push", Write.Never), Write.Never));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Stream_is_written_and_read_and_one_client_has_one(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var stream = Stream("s1", SignalType.SessionRevoked, SignalType.ResourceChanged) with
        {
            Owner = "receiver", Endpoint = null, Rule = new(SubjectFormat.IssuerSubject, SubjectPlacement.Event, "https://login.example"),
            Credential = "sealed", Requested = """["a"]""", Description = "ours", CreatedAt = 7,
        };
        await AddAsync(test, stream);
        Assert.Equivalent(stream, await FindAsync(test, "s1"), strict: true);
        await Assert.ThrowsAsync<UniquenessException>(() => AddAsync(test, stream with { Id = "s2" }));

        Assert.True(await test.Database.WriteAsync(s => SignalStreamStore.UpdateAsync(s, stream with { Audience = "other", Description = null }, Write.Never), Write.Never));
        Assert.False(await test.Database.WriteAsync(s => SignalStreamStore.UpdateAsync(s, stream with { Id = "s9" }, Write.Never), Write.Never));
        Assert.Equal(("other", (string?)null), ((await FindAsync(test, "s1"))!.Audience, (await FindAsync(test, "s1"))!.Description));

        await test.Database.WriteAsync(s => SignalStreamStore.WaitAsync(s, "s1", 99, 1, "503", Write.Never), Write.Never);
        Assert.Equal((1, 99L, "503"), ((await FindAsync(test, "s1"))!.Attempts, (await FindAsync(test, "s1"))!.RetryAt!.Value, (await FindAsync(test, "s1"))!.Failure!));
        await test.Database.WriteAsync(s => SignalStreamStore.TakenAsync(s, "s1", Write.Never), Write.Never);
        Assert.Equal((0, (long?)null, (string?)null), ((await FindAsync(test, "s1"))!.Attempts, (await FindAsync(test, "s1"))!.RetryAt, (await FindAsync(test, "s1"))!.Failure));

        Assert.True(await VerifyAsync(test, now: 100, notAfter: 90));
        Assert.False(await VerifyAsync(test, now: 105, notAfter: 95));
        Assert.True(await VerifyAsync(test, now: 120, notAfter: 110));

        await test.Database.WriteAsync(s => SignalStreamStore.DeleteAsync(s, "s1", Write.Never), Write.Never);
        Assert.Null(await FindAsync(test, "s1"));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Paused_stream_keeps_what_happens_and_disabled_one_drops_it(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("s1", SignalType.AccountPurged));
        Task SetAsync(string status) => test.Database.WriteAsync(
            async s =>
            {
                await SignalStreamStore.SetStatusAsync(s, "s1", status, "why", Write.Never);
                await SignalStore.AppendAsync(s, "s1", new Signal(SignalType.StreamUpdated, "Stream", "s1", default, "x") { Notice = new(Status: status) }, Write.Never);
            },
            Write.Never);
        Task HappenAsync() => test.Database.WriteAsync(
            s => SignalStore.AppendAsync(s, [new Signal(SignalType.AccountPurged, "User", "u1", default, "x")], Write.Never), Write.Never);

        await SetAsync(SignalStreamRow.Paused);
        await HappenAsync();
        // While it rests it is told of itself alone.
        Assert.Equal([SignalType.StreamUpdated], (await WaitingAsync(test, "s1")).Select(q => q.Signal.Type));
        await SetAsync(SignalStreamRow.Enabled);
        Assert.Equal([SignalType.StreamUpdated, SignalType.AccountPurged, SignalType.StreamUpdated], (await WaitingAsync(test, "s1")).Select(q => q.Signal.Type));

        await SetAsync(SignalStreamRow.Disabled);
        await HappenAsync();
        Assert.Equal(["disabled"], (await WaitingAsync(test, "s1")).Select(q => q.Signal.Notice!.Status));
        Assert.Equal((1, 0), await test.Database.ReadAsync(s => SignalStore.CountAsync(s, "s1", Write.Never), Write.Never));
    }

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task What_was_taken_is_found_by_its_id_however_much_waits(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await AddAsync(test, Stream("s1", SignalType.AccountPurged));
        var signals = Enumerable.Range(0, 5_000).Select(i => new Signal(SignalType.AccountPurged, "User", $"u{i}", default, "x")).ToList();
        await test.Database.WriteAsync(s => SignalStore.AppendAsync(s, signals, Write.Never), Write.Never);

        var plan = await test.Database.ReadAsync(
            async s =>
            {
                await s.ExecuteAsync("ANALYZE signal", Write.Never);
                return await s.QueryAsync(
                    (kind == DatabaseKind.Sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + SignalStore.TakenSql(s.Dialect),
                    r => r.GetString(kind == DatabaseKind.Sqlite ? 3 : 0),
                    Write.Never,
                    ("stream", "s1"), ("ids", new[] { "x" }));
            },
            Write.Never);

        Assert.Contains(plan, step => step.Contains("signal_id", StringComparison.Ordinal));
    }

    private static SignalStreamRow Stream(string id, params SignalType[] events) =>
        new(id, null, "https://receiver.example", "https://receiver.example/events", events, new SubjectRule(SubjectFormat.Opaque));

    private static Task AddAsync(TestDatabase test, SignalStreamRow stream) =>
        test.Database.WriteAsync(s => SignalStreamStore.AddAsync(s, stream, Write.Never), Write.Never);

    private static Task<SignalStreamRow?> FindAsync(TestDatabase test, string id) =>
        test.Database.ReadAsync(s => SignalStreamStore.FindAsync(s, id, Write.Never), Write.Never);

    private static Task<bool> VerifyAsync(TestDatabase test, long now, long notAfter) =>
        test.Database.WriteAsync(s => SignalStreamStore.VerifyAsync(s, "s1", now, notAfter, Write.Never), Write.Never);

    private static Task<List<QueuedSignal>> WaitingAsync(TestDatabase test, string id) => test.Database.ReadAsync(
        async s => await SignalStore.WaitingAsync(s, (await SignalStreamStore.FindAsync(s, id, Write.Never))!, 100, Write.Never), Write.Never);

    private static Task<long> RowsAsync(TestDatabase test) =>
        test.Database.ReadAsync(s => s.FirstAsync("SELECT count(*) FROM signal", r => r.GetInt64(0), Write.Never), Write.Never);

    private static Changes Changes(long at, bool tells = true) => new(Instant.FromUnixTimeTicks(at * 10), "client:tester", "test", []) { TellsStreams = tells };

    private static JsonObject Body(string address, bool active = true) => Write.Body(
        ("userName", "ann"), ("emails", new JsonArray(new JsonObject { ["value"] = address })), ("active", active));

    private static async Task<JsonObject> CreateAsync(TestDatabase test, string id, bool tells = true)
    {
        var body = Body("old@corp.example");
        var changes = Changes(1, tells);
        changes.Resources.Add(Write.Create(User, id, body));
        await test.Database.CommitAsync(changes);
        return body;
    }

    private static async Task<IReadOnlyCollection<string>> ChangeAsync(
        TestDatabase test, string id, long version, JsonObject before, Lane lane, (string Name, JsonNode Value) change)
    {
        var after = before.DeepClone().AsObject();
        after[change.Name] = change.Value;
        var changes = Changes(5);
        changes.Resources.Add(Write.Update(User, id, version, before, after) with { Lane = lane, Data = $$"""{"attributes":["{{change.Name}}"]}""" });
        await test.Database.CommitAsync(changes);
        return changes.Told;
    }
}
