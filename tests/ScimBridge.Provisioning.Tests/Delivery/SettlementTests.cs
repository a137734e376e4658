using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using Outcome = ScimBridge.Provisioning.Delivery.Outcome;

namespace ScimBridge.Provisioning.Tests.Delivery;

public sealed class SettlementTests
{
    private const int Attempts = 3;
    private const double Jitter = 0.5;

    private static readonly Instant Now = Sample.Instant("2026-06-30T12:00:00Z");
    private static readonly TimeSpan Asked = TimeSpan.FromSeconds(17.25);

    private static readonly MappedAccount Mapped = new(
        new DesiredAccount(AccountKind.User, "r-1", Active: false, new JsonObject { ["userName"] = "a" }), Prepare: false, Awaits: "r-2");

    // What the account is in the end is told by the operation alone: the capabilities may have cut it down.
    private static readonly DesiredAccount Written = Mapped.Account with { Active = true };

    private static readonly Dictionary<string, Operation> Operations = new(StringComparer.Ordinal)
    {
        ["nothing"] = new Operation.Nothing(),
        ["create"] = new Operation.Create(Written, FindFirst: false),
        ["createAgain"] = new Operation.Create(Written, FindFirst: true),
        ["update"] = new Operation.Update("1", Written, [], Active: null),
        ["delete"] = new Operation.Delete(AccountKind.User, "1"),
    };

    private static readonly Dictionary<string, Outcome> Outcomes = new(StringComparer.Ordinal)
    {
        ["done"] = new Outcome.Done("2"),
        ["doneUnnamed"] = new Outcome.Done(),
        ["retry"] = new Outcome.Retry(After: null, "busy"),
        ["retryAfter"] = new Outcome.Retry(Asked, "busy"),
        ["retryUntouched"] = new Outcome.Retry(After: null, "busy", Untouched: true),
        ["throttled"] = new Outcome.Retry(Asked, "busy", Untouched: true),
        ["exists"] = new Outcome.Exists("2"),
        ["existsUnnamed"] = new Outcome.Exists(RemoteId: null),
        ["gone"] = new Outcome.Gone(),
        ["rejected"] = new Outcome.Rejected("no"),
        ["stop"] = new Outcome.Stop("barred"),
    };

    private static readonly IReadOnlyList<SettlementVector> Table = Vectors.Read<SettlementVector>("Delivery", "settlement.json");
    private static readonly IReadOnlyList<SettlementVector> MemberTable = Vectors.Read<SettlementVector>("Delivery", "settlement-members.json");

    public static TheoryData<string, string> Pairs { get; } = AllPairs();

    public static TheoryData<string> Answers { get; } = [.. Outcomes.Keys];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Pair_is_settled_as_its_one_row_in_the_table_states(string operation, string outcome)
    {
        var row = Assert.Single(Table, r => (r.Operation, r.Outcome) == (operation, outcome));
        var next = Settlement.Of(Operations[operation], Outcomes[outcome], Mapped, Attempts, Now, Jitter);
        Assert.Equal(Expected(row, operation == "update" ? "1" : "2"), next);
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answer_about_members_is_settled_as_its_one_row_in_the_table_states(string outcome)
    {
        var row = Assert.Single(MemberTable, r => r.Outcome == outcome);
        Assert.Equal(Expected(row, remoteId: ""), Settlement.OfMembers(Outcomes[outcome], Attempts, Now, Jitter));
    }

    [Fact]
    public void Every_operation_and_outcome_of_the_product_stands_in_the_tables()
    {
        Assert.Equal(Names(typeof(Operation)), Names(Operations.Values));
        Assert.Equal(Names(typeof(Outcome)), Names(Outcomes.Values));
        Assert.Equal(Pairs.Count, Table.Count);
        Assert.Equal(Outcomes.Count, MemberTable.Count);
    }

    [Fact]
    public void Settled_pair_leaves_work_only_with_a_time_and_ends_it_for_good_only_with_a_reason()
    {
        foreach (var next in Operations.Values.SelectMany(o => Outcomes.Values.Select(a => Settlement.Of(o, a, Mapped, Attempts, Now, Jitter))))
        {
            Assert.False(next is { RetryAt: not null, DeadReason: not null });
            Assert.True(next.RetryAt is null || !string.IsNullOrEmpty(next.Reason));
            Assert.False(next is { Forget: true, Link: not null });
            Assert.True(next.RetryAt is null || next.RetryAt >= Now);
        }
    }

    [Fact]
    public void Account_that_is_found_is_adopted_with_unknown_content()
    {
        var next = Settlement.Of(Operations["createAgain"], new Outcome.Exists("9"), Mapped, Attempts, Now, Jitter);
        Assert.Equal(new Link("r-1", "9", Active: true, "{}", Awaits: null), next.Link);
        Assert.False(next.Link!.IsKnown);
        Assert.Equal(Now, next.RetryAt);
    }

    [Fact]
    public void Creation_whose_reply_was_lost_for_one_who_then_left_ends_disabled()
    {
        // The account was made usable, the reply was lost, the worker left, the account was found.
        var tried = Settlement.Of(Operations["create"], Outcomes["retry"], Mapped, Attempts, Now, Jitter);
        Assert.False(tried.Forget);
        var again = Assert.IsType<Operation.Create>(AccountPlanner.Plan(Mapped, Link.Trying("r-1"), AccountKind.User, Capable));
        Assert.True(again.FindFirst);
        var found = Settlement.Of(again, new Outcome.Exists("9"), Mapped, Attempts, Now, Jitter);
        var update = Assert.IsType<Operation.Update>(AccountPlanner.Plan(Mapped, found.Link, AccountKind.User, Capable));
        Assert.False(update.Active);
    }

    [Fact]
    public void Account_of_somebody_else_is_never_taken_over()
    {
        foreach (var operation in Operations.Values)
        {
            var next = Settlement.Of(operation, new Outcome.Exists(RemoteId: null), Mapped, Attempts, Now, Jitter);
            Assert.Null(next.Link);
            Assert.Null(next.RetryAt);
        }
    }

    [Fact]
    public void Creation_that_is_refused_while_an_earlier_one_is_open_keeps_the_note()
    {
        Assert.False(Settlement.Of(Operations["createAgain"], Outcomes["rejected"], Mapped, Attempts, Now, Jitter).Forget);
        Assert.True(Settlement.Of(Operations["create"], Outcomes["rejected"], Mapped, Attempts, Now, Jitter).Forget);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(5, 32)]
    [InlineData(9, 60)]
    [InlineData(10, 60)]
    [InlineData(16, 60)]
    [InlineData(17, 60)]
    [InlineData(int.MaxValue, 60)]
    public void Wait_doubles_to_a_minute_of_which_half_is_by_chance(int attempts, int seconds)
    {
        Assert.Equal(Duration.FromSeconds(seconds) / 2, Settlement.Wait(attempts, 0));
        Assert.Equal(Duration.FromSeconds(seconds) * 3 / 4, Settlement.Wait(attempts, 0.5));
        Assert.Equal(Duration.FromSeconds(seconds), Settlement.Wait(attempts, 1));
    }

    [Property(MaxTest = 1000)]
    public Property Wait_lies_between_half_a_second_and_a_minute() => Prop.ForAll(
        Arb.From(Gen.Choose(0, 1000)), Arb.From(Gen.Choose(0, 1000)), (attempts, jitter) =>
            Settlement.Wait(attempts, jitter / 1000.0) is var wait
            && wait >= Duration.FromMilliseconds(500)
            && wait <= Duration.FromMinutes(1)
            && wait == Duration.FromMilliseconds((long)wait.TotalMilliseconds)
            && wait <= Settlement.Wait(attempts, 1)
            && wait >= Settlement.Wait(attempts, 0));

    [Theory]
    [InlineData(0.001)]
    [InlineData(1)]
    [InlineData(86400)]
    public void Time_that_a_target_asks_for_is_kept_exactly_whatever_the_attempts_and_the_chance(double seconds)
    {
        var after = TimeSpan.FromSeconds(seconds);
        foreach (var attempts in new[] { 0, 1, 50 })
        {
            var next = Settlement.Of(Operations["update"], new Outcome.Retry(after, "busy"), Mapped, attempts, Now, jitter: 0.9);
            Assert.Equal(Now + Duration.FromTimeSpan(after), next.RetryAt);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void Target_that_asks_for_no_wait_gets_the_usual_one(int seconds)
    {
        // Else a target that answers "429, at once" and this bridge would call each other without end.
        var next = Settlement.Of(
            Operations["update"], new Outcome.Retry(TimeSpan.FromSeconds(seconds), "busy", Untouched: true), Mapped, Attempts, Now, Jitter);
        Assert.Equal(Now + Settlement.Wait(Attempts, Jitter), next.RetryAt);
        Assert.Equal(next.RetryAt, next.PauseUntil);
    }

    [Fact]
    public void Acknowledgement_of_what_is_no_more_awaits_nobody() =>
        Assert.Null(Settlement.Of(Operations["update"], Outcomes["done"], mapped: null, Attempts, Now, Jitter).Link!.Awaits);

    private static Capabilities Capable { get; } = new()
    {
        Disable = true, Delete = true, Groups = true, FindByCorrelationKey = true, InFlight = 1, MembersPerCall = 1,
    };

    private static NextState Expected(SettlementVector row, string remoteId)
    {
        return new NextState(
            row.Link switch
            {
                null => null,
                "acknowledged" => Acknowledged(remoteId),
                "acknowledgedUnderNewId" => Acknowledged("2"),
                "found" => new Link("r-1", "2", Active: true, "{}", Awaits: null),
                _ => throw new InvalidDataException(row.Link),
            },
            row.Forget,
            Time(row.Retry),
            row.Dead,
            row.Reason,
            Time(row.Pause));

        static Link Acknowledged(string id) => new("r-1", id, Active: true, """{"userName":"a"}""", Awaits: "r-2");

        static Instant? Time(string? name) => name switch
        {
            null => null,
            "now" => Now,
            "asked" => Now + Duration.FromTimeSpan(Asked),
            // Eight seconds after three tries, of which a quarter is left out by a chance of one half.
            "wait" => Now + Duration.FromSeconds(6),
            "stop" => Now + Duration.FromMinutes(1),
            _ => throw new InvalidDataException(name),
        };
    }

    private static IEnumerable<string> Names(Type closedSet) => closedSet.GetNestedTypes().Select(t => t.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Names(IEnumerable<object> values) =>
        values.Select(v => v.GetType().Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static TheoryData<string, string> AllPairs()
    {
        var all = new TheoryData<string, string>();
        foreach (var operation in Operations.Keys)
        {
            foreach (var outcome in Outcomes.Keys)
                all.Add(operation, outcome);
        }

        return all;
    }
}

/// <summary>One row of settlement.json or settlement-members.json; what is left out is expected to be null or false.</summary>
public sealed record SettlementVector(
    string Operation,
    string Outcome,
    string? Link = null,
    bool Forget = false,
    string? Retry = null,
    string? Dead = null,
    string? Reason = null,
    string? Pause = null);
