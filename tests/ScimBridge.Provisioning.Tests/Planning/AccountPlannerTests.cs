using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Tests.Planning;

public sealed class AccountPlannerTests
{
    private static readonly IReadOnlyList<PlanVector> Table = Vectors.Read<PlanVector>("Planning", "account-planner.json");

    public static TheoryData<string> Situations { get; } = [.. Table.Select(v => v.Situation)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_gives_the_operation_stated_there(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);
        var operation = AccountPlanner.Plan(vector.Mapped(), vector.Linked(), vector.Kind, vector.Capabilities());
        Assert.Equal(vector.Expect.ToJsonString(), Json(operation).ToJsonString());
    }

    [Fact]
    public void Every_operation_stands_in_the_table() => Assert.Equal(
        typeof(Operation).GetNestedTypes().Select(t => t.Name.ToLowerInvariant()).Order(StringComparer.Ordinal),
        Table.Select(v => (string)v.Expect["operation"]!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Creation_carries_the_whole_account()
    {
        var mapped = new MappedAccount(new DesiredAccount(AccountKind.User, "r-1", Active: true, new JsonObject { ["userName"] = "a" }), Prepare: false, Awaits: "r-2");
        Assert.Equal(
            new Operation.Create(mapped.Account, FindFirst: false),
            AccountPlanner.Plan(mapped, link: null, AccountKind.User, PlanVector.All));
    }

    [Fact]
    public void Values_of_changes_belong_to_the_plan_alone()
    {
        var attributes = new JsonObject { ["name"] = new JsonObject { ["givenName"] = "A" } };
        var mapped = new MappedAccount(new DesiredAccount(AccountKind.User, "r-1", Active: true, attributes), Prepare: false, Awaits: null);
        var link = new Link("r-1", "1", Active: true, """{"title":"T"}""", Awaits: null);
        var update = Assert.IsType<Operation.Update>(AccountPlanner.Plan(mapped, link, AccountKind.User, PlanVector.All));
        update.Changes[0].Value!["givenName"] = "changed";
        Assert.Equal("A", (string?)attributes["name"]!["givenName"]);
    }

    private static JsonObject Json(Operation operation) => operation switch
    {
        Operation.Create create => new JsonObject { ["operation"] = "create", ["findFirst"] = create.FindFirst },
        Operation.Update update => new JsonObject
        {
            ["operation"] = "update",
            ["changes"] = new JsonArray([.. update.Changes.Select(Json)]),
            ["active"] = update.Active,
            ["accountActive"] = update.Account.Active,
        },
        Operation.Delete delete => new JsonObject { ["operation"] = "delete", ["remoteId"] = delete.RemoteId },
        _ => new JsonObject { ["operation"] = "nothing" },
    };

    private static JsonObject Json(AttributeChange change)
    {
        var json = new JsonObject();
        if (change.Schema is not null)
            json["schema"] = change.Schema;
        json["name"] = change.Name;
        json["value"] = change.Value?.DeepClone();
        return json;
    }
}

/// <summary>One row of account-planner.json: without "desired" the resource is no more, without "link" nothing was ever tried.</summary>
public sealed record PlanVector(
    string Situation,
    JsonObject Expect,
    AccountKind Kind = AccountKind.User,
    PlanVectorDesired? Desired = null,
    PlanVectorLink? Link = null,
    IReadOnlyList<string>? Without = null)
{
    public static Capabilities All { get; } = new()
    {
        Disable = true, Delete = true, Groups = true, FindByCorrelationKey = true, InFlight = 1, MembersPerCall = 1,
    };

    public MappedAccount? Mapped() => Desired is null
        ? null
        : new MappedAccount(new DesiredAccount(Kind, "r-1", Desired.Active, Desired.Attributes ?? []), Desired.Prepare, Awaits: null);

    public Link? Linked() => Link is null
        ? null
        : new Link("r-1", Link.RemoteId, Link.Active, (Link.Delivered ?? []).ToJsonString(), Awaits: null);

    public Capabilities Capabilities() => (Without ?? []).Aggregate(All, (all, verb) => verb switch
    {
        "disable" => all with { Disable = false },
        "delete" => all with { Delete = false },
        "groups" => all with { Groups = false },
        "changesDisabled" => all with { ChangesDisabled = false },
        _ => throw new InvalidDataException($"There is no verb {verb}."),
    });
}

/// <summary>What should be.</summary>
public sealed record PlanVectorDesired(bool Active, bool Prepare = false, JsonObject? Attributes = null);

/// <summary>What was acknowledged.</summary>
public sealed record PlanVectorLink(string? RemoteId, bool Active = false, JsonObject? Delivered = null);
