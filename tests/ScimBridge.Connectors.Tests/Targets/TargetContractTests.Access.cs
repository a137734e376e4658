using NodaTime;
using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Tests.Targets;

/// <summary>What <c>ITarget</c> promises of what an account holds beside itself: for each kind that the target declares.</summary>
public abstract partial class TargetContractTests
{
    /// <summary>Long enough ago for every replica to have heard of what was done then.</summary>
    private static Instant LongAgo => SystemClock.Instance.GetCurrentInstant() - Duration.FromMinutes(10);

    /// <summary>Gives an account something of a kind, as an administrator, the person or an application would have.</summary>
    protected virtual void Give(AccessKind kind, string remoteId) => Assert.Fail($"This target declares {kind}: say how it is given.");

    /// <summary>Signs in with an account that is enabled, so that the target's log has it.</summary>
    protected virtual void SignIn(string remoteId) => Assert.Fail("This target declares that its log can be read: say how it is filled.");

    /// <summary>Whether the system shows what groups a user is in, in any way; one that does not has to say that it does not.</summary>
    protected virtual bool TellsMemberships => true;

    [Fact]
    public async Task What_an_account_holds_is_read_then_ended_and_may_be_ended_again()
    {
        foreach (var kind in Target.Capabilities.Revokes)
        {
            var id = await CreatedAsync(User("ann" + kind));
            Give(kind, id);
            var since = SystemClock.Instance.GetCurrentInstant();
            if (Target.Capabilities.ReadsAccess.Contains(kind))
                Assert.NotEmpty((await ReadAsync(kind, id, LongAgo)).Left!);

            for (var time = 0; time < 2; time++)
            {
                Assert.True(await Target.RevokeAsync(kind, id, None) is Outcome.Done, kind.ToString());
                if (Target.Capabilities.ReadsAccess.Contains(kind))
                    Assert.Empty((await ReadAsync(kind, id, since)).Left ?? []);
            }
        }
    }

    [Fact]
    public async Task What_one_account_holds_ends_for_nobody_else()
    {
        foreach (var kind in Target.Capabilities.Revokes.Intersect(Target.Capabilities.ReadsAccess))
        {
            var (ann, bob) = (await CreatedAsync(User("ann" + kind)), await CreatedAsync(User("bob" + kind)));
            Give(kind, ann);
            Give(kind, bob);
            var before = (await ReadAsync(kind, bob, LongAgo)).Left;

            Assert.IsType<Outcome.Done>(await Target.RevokeAsync(kind, ann, None));

            Assert.Equal(before, (await ReadAsync(kind, bob, LongAgo)).Left);
        }
    }

    [Fact]
    public async Task Memberships_are_read_and_none_is_left_of_one_who_is_taken_out()
    {
        if (!Target.Capabilities.ReadsAccess.Contains(AccessKind.Memberships))
            return;
        var (ann, bob) = (await CreatedAsync(User("ann")), await CreatedAsync(User("bob")));
        var (sales, staff) = (await CreatedAsync(Group("Sales")), await CreatedAsync(Group("Staff")));
        await ChangesToAsync(sales, [ann, bob], [], [ann, bob]);
        await ChangesToAsync(staff, [ann], [], [ann]);

        var left = (await ReadAsync(AccessKind.Memberships, ann, LongAgo)).Left;
        Assert.Equal(TellsMemberships, left is not null);
        if (left is null)
            return;
        Assert.Equal(new[] { sales, staff }.Order(StringComparer.Ordinal), left.Order(StringComparer.Ordinal));

        await ChangesToAsync(sales, [], [ann], [bob]);
        await ChangesToAsync(staff, [], [ann], []);
        Assert.Equal([], (await ReadAsync(AccessKind.Memberships, ann, LongAgo)).Left);
        Assert.Equal([sales], (await ReadAsync(AccessKind.Memberships, bob, LongAgo)).Left);
    }

    [Fact]
    public async Task What_a_target_only_says_it_ended_is_seen_to_be_left()
    {
        foreach (var kind in Target.Capabilities.Revokes.Intersect(Target.Capabilities.ReadsAccess))
        {
            var id = await CreatedAsync(User("ann" + kind));
            Give(kind, id);

            Next(Trouble.Lie);
            await Target.RevokeAsync(kind, id, None);
            Next(Trouble.None);

            Assert.NotEmpty((await ReadAsync(kind, id, LongAgo)).Left!);
        }
    }

    [Fact]
    public async Task Nobody_holds_nothing_and_is_gone()
    {
        foreach (var kind in Target.Capabilities.Revokes)
            Assert.True(await Target.RevokeAsync(kind, "no-such-id", None) is Outcome.Gone, kind.ToString());
        foreach (var kind in Target.Capabilities.ReadsAccess)
        {
            var (outcome, reading) = await Target.ReadAccessAsync(kind, "no-such-id", LongAgo, None);
            Assert.True(outcome is Outcome.Gone && reading is null, kind.ToString());
        }
    }

    [Fact]
    public async Task Reading_what_an_account_holds_changes_nothing_and_names_nobody()
    {
        foreach (var kind in Target.Capabilities.ReadsAccess)
        {
            var id = await CreatedAsync(User("ann" + kind));
            if (Target.Capabilities.Revokes.Contains(kind))
                Give(kind, id);
            var before = State();

            var reading = await ReadAsync(kind, id, LongAgo);

            Assert.Equal(before, State());
            Assert.DoesNotContain(id, reading.Method + reading.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("ann", reading.Method + reading.Value, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Uses_are_read_in_their_order_and_no_others()
    {
        if (!Target.Capabilities.ReadsUse)
            return;
        var (ann, bob) = (await CreatedAsync(User("ann")), await CreatedAsync(User("bob")));
        foreach (var id in new[] { ann, bob })
            Assert.IsType<Outcome.Done>(await Target.UpdateAsync(AccountKind.User, id, [], active: true, None));
        var from = SystemClock.Instance.GetCurrentInstant() - Duration.FromSeconds(1);
        SignIn(ann);
        SignIn(bob);
        SignIn(ann);
        var until = SystemClock.Instance.GetCurrentInstant() + Duration.FromSeconds(1);

        var (outcome, uses) = await Target.ReadUseAsync(ann, from, until, None);

        Assert.IsType<Outcome.Done>(outcome);
        Assert.True(uses!.Count >= 2);
        Assert.Equal(uses.OrderBy(use => use.At), uses);
        Assert.All(uses, use => Assert.True(use.Succeeded && use.At >= from && use.At < until));
        Assert.Equal(uses.Count, uses.Select(use => use.RemoteId).Distinct(StringComparer.Ordinal).Count());
        Assert.Equal([], (await Target.ReadUseAsync(ann, until, until + Duration.FromHours(1), None)).Uses);
        Assert.Equal([], (await Target.ReadUseAsync(ann, from - Duration.FromHours(1), from, None)).Uses);
    }

    private static IEnumerable<Func<Task<Outcome>>> EveryAccess(ITarget target, string id, CancellationToken cancel = default) =>
    [
        .. target.Capabilities.Revokes.Select(kind => (Func<Task<Outcome>>)(() => target.RevokeAsync(kind, id, cancel))),
        .. target.Capabilities.ReadsAccess.Select(
            kind => (Func<Task<Outcome>>)(async () => (await target.ReadAccessAsync(kind, id, LongAgo, cancel)).Outcome)),
    ];

    private async Task<AccessReading> ReadAsync(AccessKind kind, string id, Instant since)
    {
        var (outcome, reading) = await Target.ReadAccessAsync(kind, id, since, None);
        Assert.True(outcome is Outcome.Done, $"{kind}: {outcome}");
        Assert.NotNull(reading);
        return reading;
    }
}
