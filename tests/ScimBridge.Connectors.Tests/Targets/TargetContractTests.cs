using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Tests.Targets;

/// <summary>What <see cref="ITarget"/> promises, executed. Each connector inherits this over a stand-in of its system.</summary>
public abstract partial class TargetContractTests : IAsyncLifetime
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>The target, over a system that holds nothing yet; it gives up a call after 2 seconds.</summary>
    protected abstract ITarget Target { get; }

    /// <summary>A user name with a character that is not everyday, where the system takes such.</summary>
    protected virtual string OddName => "søren";

    /// <summary>What a user must have at this system besides what the suite gives everybody.</summary>
    protected virtual JsonObject MoreOfUsers => [];

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();

    /// <summary>The same target with a credential that the system does not know.</summary>
    protected abstract ITarget WithUnknownCredential();

    /// <summary>Lets the next call go wrong.</summary>
    protected abstract void Next(Trouble trouble);

    /// <summary>Everything the system holds, equal for equal contents.</summary>
    protected abstract string State();

    /// <summary>How many accounts the system holds.</summary>
    protected abstract int Count(AccountKind kind);

    /// <summary>The remote ids of a group's members as the system holds them.</summary>
    protected abstract IReadOnlyCollection<string> MembersOf(string remoteGroupId);

    [Fact]
    public async Task Created_user_is_found_and_read_as_it_was_made()
    {
        var wanted = User(OddName);

        var id = await CreatedAsync(wanted);

        Assert.Equal(new Outcome.Exists(id), await Target.FindAsync(AccountKind.User, wanted.CorrelationKey, None));
        var (outcome, account) = await Target.GetAsync(AccountKind.User, id, None);
        Assert.Equal(new Outcome.Done(id), outcome);
        Assert.Equal((AccountKind.User, id, wanted.CorrelationKey, (bool?)true), (account!.Kind, account.RemoteId, account.CorrelationKey, account.Active));
        Assert.Equal(OddName, (string?)account.Attributes["userName"]);
        Assert.Equal("Søren \"Ø\" 名", (string?)account.Attributes["displayName"]);
        Assert.Equal("Sales", (string?)account.Attributes[Enterprise]!["department"]);
        Assert.DoesNotContain(account.Attributes, attribute => attribute.Key is "id" or "meta" or "externalId" or "active" or "members");
    }

    [Fact]
    public async Task Created_group_is_found_and_read_as_it_was_made()
    {
        var id = await CreatedAsync(Group("Sales"));

        Assert.Equal(new Outcome.Exists(id), await Target.FindAsync(AccountKind.Group, "key of Sales", None));
        var (_, account) = await Target.GetAsync(AccountKind.Group, id, None);
        Assert.Equal((AccountKind.Group, "key of Sales", null, "Sales"), (account!.Kind, account.CorrelationKey, account.Active, (string?)account.Attributes["displayName"]));
    }

    [Fact]
    public async Task User_may_be_created_disabled()
    {
        var id = await CreatedAsync(User("ann") with { Active = false });

        Assert.False((await Target.GetAsync(AccountKind.User, id, None)).Account!.Active);
    }

    [Fact]
    public async Task Creating_again_names_the_one_there_is()
    {
        var id = await CreatedAsync(User("ann"));

        Assert.Equal(new Outcome.Exists(id), await Target.CreateAsync(User("ann"), None));
        Assert.Equal(1, Count(AccountKind.User));
    }

    [Fact]
    public async Task Creating_under_a_name_that_somebody_else_holds_names_nobody()
    {
        await CreatedAsync(User("ann"));

        Assert.Equal(new Outcome.Exists(null), await Target.CreateAsync(User("ann") with { CorrelationKey = "another" }, None));
    }

    [Fact]
    public async Task Who_is_not_there_is_gone()
    {
        Assert.IsType<Outcome.Gone>(await Target.FindAsync(AccountKind.User, "nobody", None));
        Assert.IsType<Outcome.Gone>(await Target.FindAsync(AccountKind.Group, "nobody", None));
        var (outcome, account) = await Target.GetAsync(AccountKind.User, "no-such-id", None);
        Assert.IsType<Outcome.Gone>(outcome);
        Assert.Null(account);
        Assert.IsType<Outcome.Gone>(await Target.UpdateAsync(AccountKind.User, "no-such-id", [Title("Lead")], active: null, None));
        Assert.IsType<Outcome.Gone>(await Target.UpdateAsync(AccountKind.User, "no-such-id", [], active: false, None));
        Assert.IsType<Outcome.Gone>(await Target.ChangeMembersAsync("no-such-id", [], ["no-such-id"], None));
    }

    [Fact]
    public async Task Update_sets_what_changed_and_nothing_else_and_may_be_repeated()
    {
        var id = await CreatedAsync(User("ann"));
        AttributeChange[] changes =
        [
            Title("Lead"),
            new(null, "name", new JsonObject { ["givenName"] = "Anne", ["familyName"] = "Lee" }),
            new(null, "emails", new JsonArray(new JsonObject { ["value"] = "anne@corp.example", ["type"] = "work", ["primary"] = true })),
            new(Enterprise, "costCenter", "R&D \"7\""),
        ];

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(new Outcome.Done(id), await Target.UpdateAsync(AccountKind.User, id, changes, active: null, None));

            var account = (await Target.GetAsync(AccountKind.User, id, None)).Account!;
            Assert.Equal(("Lead", "ann", true), ((string?)account.Attributes["title"], (string?)account.Attributes["userName"], account.Active));
            Assert.Equal(("Anne", "Lee"), ((string?)account.Attributes["name"]!["givenName"], (string?)account.Attributes["name"]!["familyName"]));
            Assert.Equal("anne@corp.example", (string?)Assert.Single(account.Attributes["emails"]!.AsArray())!["value"]);
            Assert.Equal(("Sales", "R&D \"7\""), ((string?)account.Attributes[Enterprise]!["department"], (string?)account.Attributes[Enterprise]!["costCenter"]));
        }
    }

    [Fact]
    public async Task Attribute_is_cleared_and_may_be_cleared_again()
    {
        var id = await CreatedAsync(User("ann"));

        for (var time = 0; time < 2; time++)
        {
            Assert.Equal(
                new Outcome.Done(id),
                await Target.UpdateAsync(AccountKind.User, id, [Title(null), new(Enterprise, "department", null)], active: null, None));

            var attributes = (await Target.GetAsync(AccountKind.User, id, None)).Account!.Attributes;
            Assert.Null(attributes["title"]);
            Assert.Null(attributes[Enterprise]?["department"]);
        }
    }

    [Fact]
    public async Task User_is_disabled_and_enabled_and_either_may_be_repeated()
    {
        var id = await CreatedAsync(User("ann"));

        foreach (var active in new[] { false, false, true, true })
        {
            Assert.Equal(new Outcome.Done(id), await Target.UpdateAsync(AccountKind.User, id, [], active, None));
            Assert.Equal(active, (await Target.GetAsync(AccountKind.User, id, None)).Account!.Active);
        }
    }

    [Theory]
    [InlineData(AccountKind.User)]
    [InlineData(AccountKind.Group)]
    public async Task Deleting_twice_is_done_twice(AccountKind kind)
    {
        // A verb that is not declared is never called.
        if (!Target.Capabilities.Delete)
            return;
        var account = kind == AccountKind.User ? User("ann") : Group("Sales");
        var id = await CreatedAsync(account);

        for (var time = 0; time < 2; time++)
        {
            Assert.IsType<Outcome.Done>(await Target.DeleteAsync(kind, id, None));
            Assert.Equal(0, Count(kind));
        }

        Assert.IsType<Outcome.Gone>(await Target.FindAsync(kind, account.CorrelationKey, None));
    }

    [Fact]
    public async Task Group_is_renamed()
    {
        var id = await CreatedAsync(Group("Sales"));

        Assert.Equal(new Outcome.Done(id), await Target.UpdateAsync(AccountKind.Group, id, [new(null, "displayName", "Sales & Co")], active: null, None));

        Assert.Equal("Sales & Co", (string?)(await Target.GetAsync(AccountKind.Group, id, None)).Account!.Attributes["displayName"]);
    }

    [Fact]
    public async Task Members_come_and_go_and_either_may_be_repeated()
    {
        var group = await CreatedAsync(Group("Sales"));
        var (ann, bob, eve) = (await CreatedAsync(User("ann")), await CreatedAsync(User("bob")), await CreatedAsync(User("eve")));

        await ChangesToAsync(group, [ann, bob], [], [ann, bob]);
        await ChangesToAsync(group, [bob, eve], [], [ann, bob, eve]);
        await ChangesToAsync(group, [], [ann], [bob, eve]);
        await ChangesToAsync(group, [], [ann, bob], [eve]);
        await ChangesToAsync(group, [ann], [eve], [ann]);
        await ChangesToAsync(group, [], ["no-such-id"], [ann]);
    }

    [Fact]
    public async Task As_many_members_as_declared_go_into_one_call()
    {
        var group = await CreatedAsync(Group("Sales"));
        var ids = await Task.WhenAll(Enumerable.Range(0, Target.Capabilities.MembersPerCall).Select(i => CreatedAsync(User($"user{i}"))));

        await ChangesToAsync(group, ids, [], ids);
        await ChangesToAsync(group, [], ids, []);
    }

    [Fact]
    public async Task Member_who_does_not_exist_is_rejected()
    {
        var group = await CreatedAsync(Group("Sales"));

        Assert.IsType<Outcome.Rejected>(await Target.ChangeMembersAsync(group, ["no-such-id"], [], None));
    }

    [Fact]
    public async Task Observing_changes_nothing()
    {
        var id = await CreatedAsync(User("ann"));
        var before = State();

        await Target.FindAsync(AccountKind.User, "key of ann", None);
        await Target.FindAsync(AccountKind.User, "nobody", None);
        await Target.GetAsync(AccountKind.User, id, None);
        await Target.GetAsync(AccountKind.User, "no-such-id", None);

        Assert.Equal(before, State());
    }

    [Fact]
    public async Task Creation_whose_answer_is_lost_is_found_and_never_made_twice()
    {
        Next(Trouble.LostReply);

        Assert.False(Assert.IsType<Outcome.Retry>(await Target.CreateAsync(User("ann"), None)).Untouched);

        var found = Assert.IsType<Outcome.Exists>(await Target.FindAsync(AccountKind.User, "key of ann", None));
        Assert.Equal(found, await Target.CreateAsync(User("ann"), None));
        Assert.Equal(1, Count(AccountKind.User));
    }

    [Fact]
    public async Task Change_whose_answer_is_lost_may_be_repeated()
    {
        var (group, ann, bob) = (await CreatedAsync(Group("Sales")), await CreatedAsync(User("ann")), await CreatedAsync(User("bob")));
        await ChangesToAsync(group, [bob], [], [bob]);

        List<Func<Task<Outcome>>> calls =
        [
            () => Target.UpdateAsync(AccountKind.User, ann, [Title("Lead")], active: false, None),
            () => Target.ChangeMembersAsync(group, [ann], [bob], None),
        ];
        if (Target.Capabilities.Delete)
            calls.Add(() => Target.DeleteAsync(AccountKind.User, bob, None));
        foreach (var call in calls)
        {
            Next(Trouble.LostReply);
            Assert.False(Assert.IsType<Outcome.Retry>(await call()).Untouched);
            Assert.IsType<Outcome.Done>(await call());
        }

        Assert.Equal([ann], MembersOf(group));
        Assert.Equal(Target.Capabilities.Delete ? 1 : 2, Count(AccountKind.User));
    }

    [Fact]
    public async Task Throttled_call_did_nothing_and_says_how_long_to_wait()
    {
        var id = await CreatedAsync(User("ann"));
        var before = State();

        // A wait of three seconds each: one call of what an account holds stands for the others.
        foreach (var call in EveryCall(Target, id).Concat(EveryAccess(Target, id).Take(1)))
        {
            Next(Trouble.Throttle);
            // Who comes after the first is held back for the rest of the time without being called.
            var retry = Assert.IsType<Outcome.Retry>(await call());
            Assert.True(retry is { Untouched: true, After.TotalSeconds: > 2 and <= 3 }, retry.ToString());
        }

        Assert.Equal(before, State());
    }

    [Theory]
    [InlineData(Trouble.Error)]
    [InlineData(Trouble.Reset)]
    public async Task Call_that_fails_is_to_be_tried_again_and_promises_nothing(Trouble trouble)
    {
        var id = await CreatedAsync(User("ann"));

        foreach (var call in EveryCall(Target, id).Concat(EveryAccess(Target, id)))
        {
            Next(trouble);

            // A transport may repeat a broken call that is safe to repeat by itself; then there is nothing to report.
            var outcome = await call();
            Assert.True(outcome is Outcome.Retry { Untouched: false } or Outcome.Done or Outcome.Exists or Outcome.Gone, outcome.ToString());
            if (trouble == Trouble.Error)
                Assert.IsType<Outcome.Retry>(outcome);
        }
    }

    [Fact]
    public async Task Call_that_takes_too_long_is_given_up()
    {
        Next(Trouble.Timeout);

        Assert.False(Assert.IsType<Outcome.Retry>(await Target.CreateAsync(User("ann"), None)).Untouched);
    }

    [Fact]
    public async Task Unknown_credential_stops_every_call()
    {
        using var target = WithUnknownCredential();

        foreach (var call in EveryCall(target, "some-id").Concat(EveryAccess(target, "some-id")))
            Assert.IsType<Outcome.Stop>(await call());
    }

    [Fact]
    public async Task Cancelled_call_throws_and_a_running_one_ends_at_once()
    {
        var cancelled = new CancellationToken(canceled: true);
        foreach (var call in EveryCall(Target, "some-id", cancelled).Concat(EveryAccess(Target, "some-id", cancelled)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);

        Next(Trouble.Timeout);
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Target.CreateAsync(User("ann"), cancel.Token));
    }

    [Fact]
    public async Task Many_calls_at_once_make_each_account_once()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 200),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await CreatedAsync(User($"user{i}")));

        Assert.Equal(200, Count(AccountKind.User));
    }

    protected DesiredAccount User(string name)
    {
        var attributes = new JsonObject
        {
            ["userName"] = name,
            ["displayName"] = "Søren \"Ø\" 名",
            ["name"] = new JsonObject { ["givenName"] = "Søren", ["familyName"] = "Ø" },
            ["title"] = "Engineer",
            ["emails"] = new JsonArray(new JsonObject { ["value"] = name + "@corp.example", ["type"] = "work", ["primary"] = true }),
            [Enterprise] = new JsonObject { ["department"] = "Sales" },
        };
        foreach (var (more, value) in MoreOfUsers)
            attributes[more] = value?.DeepClone();
        return new DesiredAccount(AccountKind.User, "key of " + name, Active: true, attributes);
    }

    protected static DesiredAccount Group(string name) =>
        new(AccountKind.Group, "key of " + name, Active: true, new JsonObject { ["displayName"] = name });

    private static AttributeChange Title(string? title) => new(null, "title", title);

    private IEnumerable<Func<Task<Outcome>>> EveryCall(ITarget target, string id, CancellationToken cancel = default) =>
    [
        () => target.FindAsync(AccountKind.User, "key of ann", cancel),
        async () => (await target.GetAsync(AccountKind.User, id, cancel)).Outcome,
        async () => (await target.ListAsync(AccountKind.User, null, null, cancel)).Outcome,
        async () => (await target.ListAsync(AccountKind.Group, null, null, cancel)).Outcome,
        () => target.CreateAsync(User("new"), cancel),
        () => target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: false, cancel),
        () => target.ChangeMembersAsync(id, [id], [], cancel),
        () => target.DeleteAsync(AccountKind.User, id, cancel),
    ];

    private async Task<string> CreatedAsync(DesiredAccount account) =>
        Assert.IsType<Outcome.Done>(await Target.CreateAsync(account, None)).RemoteId!;

    private async Task ChangesToAsync(string group, string[] add, string[] remove, string[] members)
    {
        Assert.IsType<Outcome.Done>(await Target.ChangeMembersAsync(group, add, remove, None));
        Assert.Equal(members.Order(StringComparer.Ordinal), MembersOf(group).Order(StringComparer.Ordinal));
    }
}
