using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Resources;

public sealed class StoredFormTests
{
    private static readonly ResourceType User = SchemaCatalog.Default.FindResourceType("User")!;

    [Theory]
    [InlineData("""{"schemas":["s"]}""")]
    [InlineData("""{"schemas":[],"externalId":"e","userName":"ø","active":false,"name":{"givenName":"g"}}""")]
    [InlineData("""{ "schemas" : ["s"] , "emails" : [ { "value" : "a" } , { "type" : "home", "primary" : true } ] }""")]
    [InlineData("""{"schemas":["s"],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D"}}""")]
    [InlineData("""{"schemas":["s"],"addresses":[{"country":"DK"}],"urn:scimbridge:params:scim:schemas:extension:hr:2.0:User":{"workerType":"w"}}""")]
    public void Body_that_is_shown_as_it_is_stored_is_opened_behind_its_schemas(string body)
    {
        var seams = Seams(body)!;
        Assert.EndsWith("]", body[..seams.AfterSchemas], StringComparison.Ordinal);
        Assert.Empty(seams.References);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body), Projection.Default(User).Apply(JsonNode.Parse(body)!.AsObject())));
    }

    [Fact]
    public void Manager_is_opened_at_its_end()
    {
        const string body = """{"schemas":["s"],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"2"},"division":"d"}}""";
        var manager = Assert.Single(Seams(body)!.References);
        Assert.Equal(("2", "manager"), (manager.Id, manager.Attribute.Name));
        Assert.Equal("""},"division":"d"}}""", body[manager.End..]);
    }

    [Theory]
    [InlineData("""{"userName":"schemas are not first","schemas":["s"]}""")]
    [InlineData("""{"schemas":["s"],"password":"never shown"}""")]
    [InlineData("""{"schemas":["s"],"unknown":1}""")]
    [InlineData("""{"schemas":["s"],"id":"1"}""")]
    [InlineData("""{"schemas":["s"],"groups":[{"value":"1"}]}""")]
    [InlineData("""{"schemas":["s"],"username":"in another case"}""")]
    [InlineData("""{"schemas":["s"],"userName":null}""")]
    [InlineData("""{"schemas":["s"],"name":{}}""")]
    [InlineData("""{"schemas":["s"],"name":{"givenName":null}}""")]
    [InlineData("""{"schemas":["s"],"name":{"unknown":1}}""")]
    [InlineData("""{"schemas":["s"],"name":"no object"}""")]
    [InlineData("""{"schemas":["s"],"emails":[]}""")]
    [InlineData("""{"schemas":["s"],"emails":[{}]}""")]
    [InlineData("""{"schemas":["s"],"emails":["no object"]}""")]
    [InlineData("""{"schemas":["s"],"urn:unknown":{"a":1}}""")]
    [InlineData("""{"schemas":["s"],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{}}""")]
    [InlineData("""{"schemas":["s"],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"2","displayName":"old"}}}""")]
    [InlineData("""{"schemas":["s"],"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{}}}""")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void Body_of_which_anything_is_shown_otherwise_is_not_copied(string body) => Assert.Null(Seams(body));

    private static Seams? Seams(string body) => StoredForm.Of(User)!.Of(Encoding.UTF8.GetBytes(body));
}
