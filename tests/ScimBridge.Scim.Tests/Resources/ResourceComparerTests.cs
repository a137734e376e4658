using System.Text.Json.Nodes;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Resources;

public sealed class ResourceComparerTests
{
    [Theory]
    [InlineData("""{"a":1,"b":"x"}""", """{"b":"x","a":1.0}""", true)]
    [InlineData("""{"a":[1,2,{"x":1,"y":2}]}""", """{"a":[{"y":2,"x":1},2,1]}""", true)]
    [InlineData("""{"a":[1,1,2]}""", """{"a":[1,2,2]}""", false)]
    [InlineData("""{"a":"x"}""", """{"a":"X"}""", false)]
    [InlineData("""{"a":true}""", """{"a":"true"}""", false)]
    [InlineData("""{"a":true}""", """{"a":false}""", false)]
    [InlineData("""{"a":1}""", """{"a":1,"b":null}""", false)]
    [InlineData("""{"a":{}}""", """{"a":[]}""", false)]
    [InlineData("""{}""", """{}""", true)]
    public void Order_and_spelling_of_numbers_do_not_matter(string left, string right, bool equal)
    {
        Assert.Equal(equal, ResourceComparer.AreEqual(JsonNode.Parse(left), JsonNode.Parse(right)));
        Assert.Equal(equal, ResourceComparer.AreEqual(JsonNode.Parse(right), JsonNode.Parse(left)));
    }

    [Fact]
    public void Changes_are_the_attributes_that_differ()
    {
        var before = JsonNode.Parse($$$"""{"userName":"a","name":{"givenName":"g","familyName":"f"},"emails":[{"value":"1"}],"{{{SchemaUris.EnterpriseUser}}}":{"department":"D","manager":{"value":"1"} } }""")!.AsObject();
        var after = JsonNode.Parse("""{"userName":"a","externalId":"e","name":{"givenName":"h","familyName":"f"},"emails":[{"value":"1","type":"work"}]}""")!.AsObject();
        Assert.Equal(
            ["externalId", "name.givenName", "emails", SchemaUris.EnterpriseUser + ":department", SchemaUris.EnterpriseUser + ":manager.value"],
            ResourceComparer.Changes(before, after, SchemaCatalog.Default.User).Select(p => p.ToString()));
    }

    [Fact]
    public void References_are_completed_with_absolute_uris()
    {
        var group = JsonNode.Parse("""{"members":[{"value":"1","type":"User"},{"value":"2 3","type":"Group"},{"value":"4"}]}""")!.AsObject();
        ResourceReference.Complete(group, SchemaCatalog.Default.Group, SchemaCatalog.Default, "https://h/v2");
        Assert.Equal(
            ["https://h/v2/Users/1", "https://h/v2/Groups/2%203", null], group["members"]!.AsArray().Select(m => (string?)m!["$ref"]));

        var user = JsonNode.Parse($$$"""{"groups":[{"value":"5","type":"direct"}],"{{{SchemaUris.EnterpriseUser}}}":{"manager":{"value":"1"} } }""")!.AsObject();
        ResourceReference.Complete(user, SchemaCatalog.Default.User, SchemaCatalog.Default, "https://h/v2");
        Assert.Equal("https://h/v2/Groups/5", (string?)user["groups"]![0]!["$ref"]);
        Assert.Equal("https://h/v2/Users/1", (string?)user[SchemaUris.EnterpriseUser]!["manager"]!["$ref"]);
    }
}
