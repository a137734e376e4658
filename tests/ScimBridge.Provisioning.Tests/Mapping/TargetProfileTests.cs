using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class TargetProfileTests
{
    private const string Enterprise = UserMapping.EnterpriseSchema;

    private static readonly Capabilities All = new() { Disable = true, Delete = false, Groups = true, FindByCorrelationKey = true, InFlight = 1, MembersPerCall = 1 };

    [Fact]
    public void Attributes_are_laid_over_what_every_target_is_told()
    {
        var account = Map(Read(new JsonObject
        {
            ["displayName"] = "{{ user.name.familyName }}, {{ user.name.givenName }} ({{ enterprise.department }})",
            ["userName"] = "{{ user.userName | split: '@' | first }}",
            ["nickName"] = "{{ user.emails[0].value }} since {{ hr.startDate | date: 'yyyy' }}",
            ["title"] = null,
        }));

        Assert.Equal("Berg, Anna (Sales)", (string?)account.Attributes["displayName"]);
        Assert.Equal("anna", (string?)account.Attributes["userName"]);
        Assert.Equal("anna@example.com since 2020", (string?)account.Attributes["nickName"]);
        Assert.False(account.Attributes.ContainsKey("title"));
        Assert.Equal([new AttributeName(null, "title")], account.Cleared);
    }

    [Fact]
    public void Legal_name_goes_to_the_target_that_asks_for_it_and_to_no_other()
    {
        var legal = Map(Read([], NameRouting.Legal));
        var preferred = Map(Read([]));

        Assert.Equal("""{"formatted":"Annabel Berg-Ek","familyName":"Berg-Ek","givenName":"Annabel"}""", legal.Attributes["name"]!.ToJsonString());
        Assert.Equal("Anna Berg", (string?)legal.Attributes["displayName"]);
        Assert.DoesNotContain("Annabel", preferred.Attributes.ToJsonString(), StringComparison.Ordinal);
        Assert.False(legal.Attributes.ContainsKey(HrExtension.Urn));
    }

    [Fact]
    public void Expressions_see_the_name_that_the_target_is_told() => Assert.Equal(
        "Annabel Berg-Ek",
        (string?)Map(Read(new JsonObject { ["displayName"] = "{{ user.name.formatted }}" }, NameRouting.Legal)).Attributes["displayName"]);

    [Fact]
    public void Nobody_can_read_the_legal_name_but_by_that_route()
    {
        var faults = new List<MappingFault>();
        TargetProfile.Read(
            NameRouting.Preferred, new JsonObject { ["nickName"] = "{{ hr.legalGivenName }}" }, [], "$.targets.corp.mapping", SchemaCatalog.Default.User, faults);
        Assert.StartsWith("column 4: There is no 'hr.legalGivenName'.", Assert.Single(faults).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_omitted_is_neither_told_nor_taken_away()
    {
        var profile = Read([], NameRouting.Preferred, "title", $"{Enterprise}:department");
        var mapped = AccountMapping.User("r-1", Body(), managerRemoteId: null, profile);
        var before = AccountMapping.User("r-1", Body(), managerRemoteId: null).Account;
        var link = new Link("r-1", "7", Active: true, before.Acknowledged().ToJsonString(), Awaits: null);

        Assert.IsType<Operation.Nothing>(AccountPlanner.Plan(mapped, link with { Delivered = profile.Without(link.Delivered) }, AccountKind.User, All));
        Assert.False(mapped.Account.Attributes.ContainsKey("title"));
        Assert.Equal("""{"employeeNumber":"1001"}""", mapped.Account.Attributes[Enterprise]!.ToJsonString());
    }

    [Fact]
    public void What_is_null_is_taken_away_once_even_where_the_bridge_never_delivered_it()
    {
        var mapped = AccountMapping.User(
            "r-1", Body(), managerRemoteId: null, Read(new JsonObject { ["nickName"] = null, [$"{Enterprise}:costCenter"] = null }));
        var link = new Link("r-1", "7", Active: true, AccountMapping.User("r-1", Body(), null).Account.Acknowledged().ToJsonString(), Awaits: null);

        var update = Assert.IsType<Operation.Update>(AccountPlanner.Plan(mapped, link, AccountKind.User, All));
        Assert.Equal([new AttributeChange(null, "nickName", null), new AttributeChange(Enterprise, "costCenter", null)], update.Changes);

        var next = Settlement.Of(update, new Outcome.Done(), mapped, 0, NodaTime.Instant.FromUnixTimeSeconds(0), 0);
        Assert.IsType<Operation.Nothing>(AccountPlanner.Plan(mapped, next.Link, AccountKind.User, All));
        // Without the null again, there is nothing to say of what is not there.
        Assert.IsType<Operation.Nothing>(
            AccountPlanner.Plan(AccountMapping.User("r-1", Body(), managerRemoteId: null), next.Link, AccountKind.User, All));
        Assert.DoesNotContain(AccountPlanner.Delivered(next.Link!), p => p.Value is null);
    }

    [Theory]
    [InlineData("userName", "There is no account without userName.")]
    [InlineData("name.givenName", "A whole attribute is omitted, and not a part of it: name.")]
    [InlineData("titel", "User has no attribute titel.")]
    public void Fault_of_what_is_omitted_has_its_path(string path, string reason)
    {
        var faults = new List<MappingFault>();
        TargetProfile.Read(NameRouting.Preferred, [], ["title", path], "$.targets.corp.mapping", SchemaCatalog.Default.User, faults);
        Assert.Equal([new MappingFault("$.targets.corp.mapping.omit[1]", reason)], faults);
    }

    private static JsonObject Body() => new()
    {
        ["userName"] = "anna@example.com",
        ["name"] = new JsonObject { ["formatted"] = "Anna Berg", ["familyName"] = "Berg", ["givenName"] = "Anna" },
        ["displayName"] = "Anna Berg",
        ["title"] = "Engineer",
        ["emails"] = new JsonArray(new JsonObject { ["value"] = "anna@example.com", ["type"] = "work" }),
        [Enterprise] = new JsonObject { ["employeeNumber"] = "1001", ["department"] = "Sales" },
        [HrExtension.Urn] = new JsonObject
        {
            ["startDate"] = "2020-03-01", [HrExtension.LegalGivenName] = "Annabel", [HrExtension.LegalFamilyName] = "Berg-Ek",
        },
    };

    private static TargetProfile Read(JsonObject attributes, NameRouting name = NameRouting.Preferred, params string[] omit)
    {
        var faults = new List<MappingFault>();
        var profile = TargetProfile.Read(name, attributes, omit, "$.targets.corp.mapping", SchemaCatalog.Default.User, faults);
        Assert.Empty(faults);
        return profile;
    }

    private static DesiredAccount Map(TargetProfile profile) => AccountMapping.User("r-1", Body(), managerRemoteId: null, profile).Account;
}
