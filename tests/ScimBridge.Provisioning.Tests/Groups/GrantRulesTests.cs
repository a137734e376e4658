using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Tests.Groups;

public sealed class GrantRulesTests
{
    private static readonly ClientProfile Plain = ClientProfile.Strict.With(UnqualifiedExtensionNames.Quirk);

    private static readonly GrantRules Rules = new(
        new HashSet<string>(["roles", "entitlements"], StringComparer.Ordinal),
        [
            Rule("roles", "seller", "department eq \"Sales\"") with { Display = "Seller", Type = "crm" },
            Rule("roles", "approver", "title eq \"Head\"", new GroupClass(Privileged: true, Licence: false)),
            Rule("roles", "approver", "title co \"Head\""),
            Rule("roles", "newcomer", "userName pr", days: 90),
            Rule("entitlements", "crm-seat", "roles.value eq \"seller\" or department eq \"Sales\"", new GroupClass(Privileged: false, Licence: true)),
        ]);

    [Theory]
    [InlineData("Sales", "Clerk", Memberships.All, "seller newcomer", "crm-seat")]
    [InlineData("Sales", "Head", Memberships.All, "seller approver newcomer", "crm-seat")]
    [InlineData("Sales", "Head", Memberships.Ordinary, "seller approver newcomer", "")]
    [InlineData("Legal", "Clerk", Memberships.All, "newcomer", "")]
    [InlineData("Sales", "Head", Memberships.None, "", "")]
    public void User_has_what_the_rules_and_policy_give_and_nothing_else(string department, string title, Memberships memberships, string roles, string entitlements)
    {
        var (user, worker) = User(department, title, "2026-03-01");
        user["roles"] = new JsonArray(new JsonObject { ["value"] = "from before" });

        var end = Rules.Apply(user, worker, Intent(memberships), Sample.Instant("2026-03-10T12:00:00Z"), Sample.Zones);

        Assert.Equal((roles, entitlements), (Values(user, "roles"), Values(user, "entitlements")));
        Assert.Equal(memberships == Memberships.None ? null : Sample.Instant("2026-05-29T22:00:00Z"), end);
    }

    [Fact]
    public void What_was_given_before_gives_nothing_so_that_the_order_of_changes_does_not_matter()
    {
        var (user, worker) = User("Legal", "Clerk", "2020-03-01");
        user["roles"] = new JsonArray(new JsonObject { ["value"] = "seller" });

        var end = Rules.Apply(user, worker, Intent(Memberships.All), Sample.Instant("2026-03-10T12:00:00Z"), Sample.Zones);

        Assert.Equal(("", "", null), (Values(user, "roles"), Values(user, "entitlements"), end));
        Assert.False(user.ContainsKey("roles"));
    }

    [Fact]
    public void Element_says_what_it_is_and_what_for()
    {
        var (user, worker) = User("Sales", "Clerk", "2020-03-01");

        Rules.Apply(user, worker, Intent(Memberships.All), Sample.Instant("2026-03-10T12:00:00Z"), Sample.Zones);

        Assert.Equal("""[{"value":"seller","display":"Seller","type":"crm"}]""", user["roles"]!.ToJsonString());
    }

    [Fact]
    public void Without_rules_roles_belong_to_whoever_writes_them()
    {
        var (user, worker) = User("Sales", "Clerk", "2020-03-01");
        user["roles"] = new JsonArray(new JsonObject { ["value"] = "by hand" });

        Assert.Null(GrantRules.None.Apply(user, worker, Intent(Memberships.None), Sample.Instant("2026-03-10T12:00:00Z"), Sample.Zones));
        Assert.Equal("by hand", Values(user, "roles"));
    }

    [Theory]
    [InlineData(Memberships.All, "from before")]
    [InlineData(Memberships.None, "")]
    public void What_rules_gave_that_cannot_be_read_any_more_stays_but_with_leavers(Memberships memberships, string roles)
    {
        var (user, worker) = User("Sales", "Clerk", "2020-03-01");
        user["roles"] = new JsonArray(new JsonObject { ["value"] = "from before" });
        var rules = GrantRules.None with { Unreadable = new HashSet<string>(["roles"], StringComparer.Ordinal) };

        rules.Apply(user, worker, Intent(memberships), Sample.Instant("2026-03-10T12:00:00Z"), Sample.Zones);

        Assert.Equal(roles, Values(user, "roles"));
    }

    [Fact]
    public void What_other_rules_would_take_is_told_by_attribute_and_value()
    {
        var before = new JsonObject
        {
            ["roles"] = new JsonArray(new JsonObject { ["value"] = "a" }, new JsonObject { ["value"] = "b" }), ["entitlements"] = new JsonArray(new JsonObject { ["value"] = "a" }),
        };
        var after = new JsonObject { ["roles"] = new JsonArray(new JsonObject { ["value"] = "b", ["type"] = "x" }, new JsonObject { ["value"] = "c" }) };

        Assert.Equal([("roles", "a"), ("entitlements", "a")], GrantRules.Lost(before, after));
        Assert.Empty(GrantRules.Lost(before, before));
    }

    private static string Values(JsonObject user, string attribute) =>
        string.Join(' ', (user[attribute] as JsonArray ?? []).Select(e => (string)e!["value"]!));

    private static (JsonObject User, Worker Worker) User(string department, string title, string start)
    {
        var worker = Worker.At(
            Sample.With(new JsonObject { ["department"] = department, ["title"] = title, ["startDate"] = start }), Sample.Instant("2026-03-10T12:00:00Z"), Sample.Zones,
            Duration.FromDays(7));
        return (UserMapping.Map(worker, Intent(Memberships.All), "anna.berg", "anna@example.com", managerId: null, current: null), worker);
    }

    private static Intent Intent(Memberships memberships) => new("atWork", Exists: true, Active: true, memberships, Lane.Change);

    private static GrantRule Rule(string attribute, string value, string where, GroupClass ofRule = default, int? days = null) =>
        new(attribute, value, new FilterRule
        {
            Key = value, DisplayName = value, Where = FilterParser.Parse(where, SchemaCatalog.Default.User, Plain), Class = ofRule, Days = days,
        });
}
