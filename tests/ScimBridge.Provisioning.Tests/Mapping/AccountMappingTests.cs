using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class AccountMappingTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Fact]
    public void Account_carries_our_id_as_key_the_usability_and_the_attributes()
    {
        var mapped = AccountMapping.User("r-1", Body("""{"userName":"a","active":false,"name":{"givenName":"Anna"},"emails":[{"value":"a@example.com"}]}"""), managerRemoteId: null);
        Assert.Equal((AccountKind.User, "r-1", false), (mapped.Account.Kind, mapped.Account.CorrelationKey, mapped.Account.Active));
        Assert.Equal("""{"userName":"a","name":{"givenName":"Anna"},"emails":[{"value":"a@example.com"}]}""", mapped.Account.Attributes.ToJsonString());
        Assert.False(mapped.Prepare);
        Assert.Null(mapped.Awaits);
    }

    [Fact]
    public void User_without_a_word_about_usability_is_usable() =>
        Assert.True(AccountMapping.User("r-1", Body("""{"userName":"a"}"""), managerRemoteId: null).Account.Active);

    [Theory]
    [InlineData("schemas")]
    [InlineData("id")]
    [InlineData("meta")]
    [InlineData("externalId")]
    [InlineData("active")]
    [InlineData("members")]
    [InlineData("groups")]
    [InlineData("password")]
    [InlineData("Password")]
    [InlineData("urn:scimbridge:params:scim:schemas:extension:hr:2.0:User")]
    [InlineData("URN:scimbridge:params:scim:schemas:extension:HR:2.0:User")]
    public void What_is_the_bridges_own_never_leaves(string name)
    {
        var body = new JsonObject { ["userName"] = "a", [name] = name == "active" ? true : new JsonObject { ["secret"] = "s3cret" } };
        Assert.Equal("""{"userName":"a"}""", AccountMapping.User("r-1", body, managerRemoteId: null).Account.Attributes.ToJsonString());
    }

    [Theory]
    [InlineData("""{"active":false,"members":[{"value":"r-1"}],"displayName":"Sales"}""")]
    [InlineData("""{"id":"g-1","meta":{"version":"1"},"displayName":"Sales","password":"s3cret"}""")]
    public void Group_goes_without_its_members_and_is_always_usable(string body)
    {
        var mapped = AccountMapping.Group("g-1", Body(body));
        Assert.Equal((AccountKind.Group, "g-1", true), (mapped.Account.Kind, mapped.Account.CorrelationKey, mapped.Account.Active));
        Assert.Equal("""{"displayName":"Sales"}""", mapped.Account.Attributes.ToJsonString());
        Assert.False(mapped.Prepare);
        Assert.Null(mapped.Awaits);
    }

    [Fact]
    public void Manager_is_named_by_the_account_at_the_target()
    {
        var mapped = AccountMapping.User("r-1", WithManager(), "remote-2");
        Assert.Equal("""{"department":"Sales","manager":{"value":"remote-2"}}""", mapped.Account.Attributes[Enterprise]!.ToJsonString());
        Assert.Null(mapped.Awaits);
    }

    [Fact]
    public void Manager_without_an_account_is_left_out_and_awaited()
    {
        var mapped = AccountMapping.User("r-1", WithManager(), managerRemoteId: null);
        Assert.Equal("""{"department":"Sales"}""", mapped.Account.Attributes[Enterprise]!.ToJsonString());
        Assert.Equal("r-2", mapped.Awaits);
    }

    [Fact]
    public void Extension_of_which_only_the_awaited_manager_is_left_is_left_out()
    {
        var body = Body("""{"userName":"a","enterprise":{"manager":{"value":"r-2"}}}""");
        Assert.Equal("""{"userName":"a"}""", AccountMapping.User("r-1", body, managerRemoteId: null).Account.Attributes.ToJsonString());
    }

    [Fact]
    public void Attribute_without_a_value_is_one_that_is_not_there()
    {
        var body = Body("""{"userName":"a","title":null,"enterprise":null}""");
        Assert.Equal("""{"userName":"a"}""", AccountMapping.User("r-1", body, managerRemoteId: null).Account.Attributes.ToJsonString());
    }

    [Fact]
    public void Extension_of_a_client_goes_to_the_target() => Assert.Equal(
        "B-9",
        (string?)AccountMapping.User("r-1", Body("""{"urn:example:badge":{"badge":"B-9"}}"""), managerRemoteId: null).Account.Attributes["urn:example:badge"]!["badge"]);

    [Fact]
    public void Body_of_the_resource_stays_as_it_is()
    {
        var body = WithManager();
        var before = body.ToJsonString();
        AccountMapping.User("r-1", body, "remote-2").Account.Attributes[Enterprise]!["department"] = "changed";
        AccountMapping.User("r-1", body, managerRemoteId: null);
        Assert.Equal(before, body.ToJsonString());
    }

    [Theory]
    [InlineData("active", true)]
    [InlineData("preStart", false)]
    [InlineData("ended", false)]
    [InlineData("restricted", false)]
    [InlineData("suspended", false)]
    public void Only_one_who_is_about_to_start_is_prepared(string nextTransitionTo, bool prepare)
    {
        var body = new JsonObject { ["active"] = false, [HrExtension.Urn] = new JsonObject { ["nextTransitionTo"] = nextTransitionTo } };
        Assert.Equal(prepare, AccountMapping.User("r-1", body, managerRemoteId: null).Prepare);
    }

    [Fact]
    public void Manager_of_a_body_is_read_and_is_null_where_there_is_none()
    {
        Assert.Equal("r-2", AccountMapping.ManagerOf(WithManager()));
        Assert.Null(AccountMapping.ManagerOf(Body("""{"enterprise":{}}""")));
        Assert.Null(AccountMapping.ManagerOf([]));
    }

    private static JsonObject WithManager() =>
        Body("""{"userName":"a","enterprise":{"department":"Sales","manager":{"value":"r-2","displayName":"Bo"}}}""");

    private static JsonObject Body(string json) =>
        JsonNode.Parse(json.Replace("\"enterprise\"", $"\"{Enterprise}\"", StringComparison.Ordinal))!.AsObject();
}
