using NodaTime;
using ScimBridge.Fixtures;
using static ScimBridge.Server.Tests.TestBridge;

namespace ScimBridge.Server.Tests.Groups;

/// <summary>Who is in which group by rule, by hand, and for how long.</summary>
public sealed class RuledMembershipsTests
{
    private const string Rules =
        """
        {
          "staff": { "displayName": "Staff", "where": "userName pr" },
          "sales-contractors": { "displayName": "Sales contractors", "where": "department eq \"Sales\" and userType eq \"contractor\"" },
          "departments": { "displayName": "All of {value}", "each": "department" }
        }
        """;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Mover_loses_and_gains_in_one_decision_and_at_the_target(DatabaseKind kind)
    {
        await using var bridge = await GroupBridge.StartAsync(kind, Rules);
        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", type: "C", end: "2030-01-01"), Row("2", "Bo", "Berg"));
        Assert.Equal(
            ["1 All of Sales rule", "1 Sales contractors rule", "1 Staff rule", "2 All of Sales rule", "2 Staff rule"], await bridge.MembersAsync());

        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", type: "C", end: "2030-01-01", department: "Support"), Row("2", "Bo", "Berg"));

        Assert.Equal(["1 All of Support rule", "1 Staff rule"], await bridge.MembersAsync("1"));
        Assert.Equal(
            ["All of Sales: bo.berg", "All of Support: ann.archer", "Sales contractors: ", "Staff: ann.archer bo.berg"], bridge.AtTarget());
        var moves = await bridge.Bridge.Database.ReadAsync(
            s => s.QueryAsync(
                "SELECT at FROM journal WHERE kind LIKE 'member.%' AND at = (SELECT max(at) FROM journal WHERE kind LIKE 'member.%')",
                r => r.GetInt64(0), CancellationToken.None), CancellationToken.None);
        Assert.Equal(3, moves.Count);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Rule_and_hand_take_only_what_they_gave(DatabaseKind kind)
    {
        await using var bridge = await GroupBridge.StartAsync(kind, Rules);
        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", type: "C", end: "2030-01-01"), Row("2", "Bo", "Berg"));
        await bridge.HandAsync("1", "Sales contractors", joins: true);
        await bridge.HandAsync("2", "Sales contractors", joins: true);
        Assert.Equal("1 Sales contractors rule hand", (await bridge.MembersAsync("1"))[1]);

        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", type: "C", end: "2030-01-01", department: "Support"), Row("2", "Bo", "Berg", type: "C", end: "2030-01-01"));
        Assert.Contains("1 Sales contractors hand", await bridge.MembersAsync("1"));
        Assert.Contains("2 Sales contractors rule hand", await bridge.MembersAsync("2"));
        Assert.Contains("Sales contractors: ann.archer bo.berg", bridge.AtTarget());

        await bridge.HandAsync("1", "Sales contractors", joins: false);
        await bridge.HandAsync("2", "Sales contractors", joins: false);
        Assert.Contains("2 Sales contractors rule", await bridge.MembersAsync("2"));
        Assert.Contains("Sales contractors: bo.berg", bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Leaver_loses_what_hands_gave_for_good_and_returns_to_what_rules_give(DatabaseKind kind)
    {
        await using var bridge = await GroupBridge.StartAsync(kind, Rules);
        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", type: "C", end: "2030-01-01"), Row("2", "Bo", "Berg"));
        await bridge.HandAsync("2", "Sales contractors", joins: true);

        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", type: "C", end: "2030-01-01"), Row("2", "Bo", "Berg", status: "T", lastDay: "2026-03-01"));
        Assert.Empty(await bridge.MembersAsync("2"));
        Assert.Contains("Sales contractors: ann.archer", bridge.AtTarget());
        // Whoever puts somebody into a group who has left puts nobody there.
        await bridge.HandAsync("2", "Sales contractors", joins: true);
        Assert.Empty(await bridge.MembersAsync("2"));

        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", type: "C", end: "2030-01-01"), Row("2", "Bo", "Berg", start: "2026-03-02"));
        Assert.Equal(["2 All of Sales rule", "2 Staff rule"], await bridge.MembersAsync("2"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_hands_gave_is_suspended_while_a_start_is_put_off_and_comes_back_with_its_end(DatabaseKind kind)
    {
        await using var bridge = await GroupBridge.StartAsync(kind, Rules);
        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", status: "P", start: "2026-03-04"), Row("2", "Bo", "Berg", type: "C", end: "2030-01-01"));
        await bridge.HandAsync("1", "Sales contractors", joins: true, bridge.Bridge.Get<IClock>().GetCurrentInstant() + Duration.FromDays(20));
        await bridge.HandAsync("1", "Staff", joins: true, bridge.Bridge.Get<IClock>().GetCurrentInstant() + Duration.FromDays(1));

        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", status: "P", start: "2026-03-16"), Row("2", "Bo", "Berg", type: "C", end: "2030-01-01"));
        Assert.Empty(await bridge.MembersAsync("1"));

        // A week before the start the account is prepared again; by then the end of one of the two has passed.
        await bridge.PassAsync(Duration.FromDays(8));
        Assert.Equal(["1 All of Sales rule", "1 Sales contractors hand", "1 Staff rule"], await bridge.MembersAsync("1"));

        await bridge.PassAsync(Duration.FromDays(12));
        Assert.Equal(["1 All of Sales rule", "1 Staff rule"], await bridge.MembersAsync("1"));
        Assert.Contains("Sales contractors: bo.berg", bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Membership_for_a_time_ends_by_itself(DatabaseKind kind)
    {
        await using var bridge = await GroupBridge.StartAsync(
            kind,
            """
            {
              "newcomers": { "displayName": "Newcomers", "where": "userName pr", "untilDays": 10 },
              "staff": { "displayName": "Staff", "where": "title eq \"nobody\"" }
            }
            """);
        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer", start: "2026-02-25"), Row("2", "Bo", "Berg"));
        await bridge.EvaluateAsync();
        var now = bridge.Bridge.Get<IClock>().GetCurrentInstant();
        await bridge.HandAsync("1", "Staff", joins: true, now + Duration.FromDays(2));
        await bridge.HandAsync("2", "Staff", joins: true, now + Duration.FromDays(3));
        Assert.Equal(["1 Newcomers rule", "1 Staff hand", "2 Staff hand"], await bridge.MembersAsync());

        Assert.Equal(now + Duration.FromDays(3), await bridge.PassAsync(Duration.FromDays(2)));
        Assert.Equal(["1 Newcomers rule", "2 Staff hand"], await bridge.MembersAsync());
        Assert.Null(await bridge.PassAsync(Duration.FromDays(1)));
        Assert.Equal(["1 Newcomers rule"], await bridge.MembersAsync());
        Assert.Contains("Staff: ", bridge.AtTarget());

        // 25 February and nine more days: over when the 6th of March is.
        await bridge.PassAsync(Instant.FromUtc(2026, 3, 6, 22, 59) - bridge.Bridge.Get<IClock>().GetCurrentInstant());
        Assert.Equal(["1 Newcomers rule"], await bridge.MembersAsync());
        await bridge.PassAsync(Duration.FromMinutes(1));
        Assert.Empty(await bridge.MembersAsync());
        Assert.Contains("Newcomers: ", bridge.AtTarget());
        var ended = await bridge.Bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT actor FROM journal WHERE kind = 'membership.taken'", r => r.GetString(0), CancellationToken.None), CancellationToken.None);
        Assert.Equal(["system", "system"], ended);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Both_grounds_end_apart_from_each_other(DatabaseKind kind)
    {
        await using var bridge = await GroupBridge.StartAsync(kind, Rules);
        await bridge.Bridge.ImportAsync(Row("1", "Ann", "Archer"));
        await bridge.HandAsync("1", "Staff", joins: true, bridge.Bridge.Get<IClock>().GetCurrentInstant() + Duration.FromHours(1));
        Assert.Contains("1 Staff rule hand", await bridge.MembersAsync());
        await bridge.PassAsync(Duration.FromHours(2));
        Assert.Contains("1 Staff rule", await bridge.MembersAsync());
        Assert.Contains("Staff: ann.archer", bridge.AtTarget());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Without_rules_there_is_a_group_for_each_department_and_with_none_there_is_nothing(DatabaseKind kind)
    {
        await using var usual = await GroupBridge.StartAsync(kind, groups: null);
        await usual.Bridge.ImportAsync(Row("1", "Ann", "Archer"));
        Assert.Equal(["1 Sales rule"], await usual.MembersAsync());

        await using var none = await GroupBridge.StartAsync(kind, "{}");
        await none.Bridge.ImportAsync(Row("1", "Ann", "Archer"));
        Assert.Empty(await none.MembersAsync());
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Memberships_by_rule_are_what_the_rules_say_whatever_happened(DatabaseKind kind) =>
        await RandomCompany.RunAsync(kind, seed: 20261123, steps: 30);
}
