using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;

namespace ScimBridge.Scim.Tests.Resources;

public sealed class ResourceVectorTests
{
    private static readonly JsonArray File = CustomTypes.Json("Resources", "resource-vectors.json").AsArray();

    public static TheoryData<int, string, string> Vectors { get; } = Numbered();

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Request_gives_the_expected_resource_or_fault(int number, string name, string profile)
    {
        var vector = File[number]!;
        if ((string?)vector["scimType"] is { } scimType)
        {
            var fault = Assert.Throws<ScimException>(() => Read(vector, profile));
            Assert.Equal(scimType, fault.Error.ScimType);
            return;
        }

        var input = Read(vector, profile);
        Assert.True(JsonNode.DeepEquals(vector["body"], input.Body), input.Body.ToJsonString());
        if (vector["members"] is JsonArray members)
        {
            Assert.Equal(members.Select(m => new MemberReference((string)m![0]!, (string?)m[1])), input.Members);
        }
        else
        {
            Assert.True(input.Members is null, name);
        }

        if (vector["writeOnly"] is { } writeOnly)
        {
            Assert.Equal(writeOnly.ToJsonString(), input.WriteOnly.ToJsonString());
        }

        if (vector["ignored"] is JsonArray ignored)
        {
            Assert.Equal(ignored.Select(i => (string?)i), input.Ignored);
        }
    }

    [Fact]
    public void Body_is_in_the_order_of_the_schema()
    {
        var request = JsonBody.Parse("""
            {"title":"T","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D","employeeNumber":"1"},"active":true,
             "name":{"givenName":"g","formatted":"f"},"userName":"mira","externalId":"e","schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]}
            """u8.ToArray());
        Assert.Equal(
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"externalId":"e","userName":"mira","name":{"formatted":"f","givenName":"g"},"title":"T","active":true,"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"1","department":"D"}}""",
            ResourceReader.Create(request, CustomTypes.Catalog.User, ClientProfile.Strict).Body.ToJsonString());
    }

    [Fact]
    public void Bridge_writes_what_clients_cannot()
    {
        var body = JsonBody.Parse("""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"mira","groups":[{"value":"1"}],
             "urn:scimbridge:params:scim:schemas:extension:hr:2.0:User":{"workerType":"employee","nextTransitionAt":"2026-06-30T22:00:00Z"}}
            """u8.ToArray());
        var input = ResourceReader.FromBridge(body, CustomTypes.Catalog.User);
        Assert.Equal("employee", (string?)input.Body["urn:scimbridge:params:scim:schemas:extension:hr:2.0:User"]!["workerType"]);
        Assert.False(input.Body.ContainsKey("groups"));
        Assert.False(input.Body.ContainsKey("active"));
    }

    [Fact]
    public void Written_attributes_are_those_that_the_request_mentions()
    {
        var request = JsonBody.Parse("""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"1","userName":"mira","title":null,
             "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D"}}
            """u8.ToArray());
        Assert.Equal(
            ["userName", "title", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"],
            ResourceReader.Create(request, CustomTypes.Catalog.User, ClientProfile.Strict).Written.Select(p => p.ToString()));
    }

    private static ResourceInput Read(JsonNode vector, string profile)
    {
        var type = CustomTypes.Catalog.FindResourceType((string)vector["type"]!)!;
        var request = JsonBody.Parse(ScimJson.ToUtf8(vector["request"]!));
        return vector["existing"] is JsonObject existing
            ? ResourceReader.Replace(request, existing, type, ClientProfile.Find(profile)!)
            : ResourceReader.Create(request, type, ClientProfile.Find(profile)!);
    }

    private static TheoryData<int, string, string> Numbered()
    {
        var data = new TheoryData<int, string, string>();
        for (var i = 0; i < File.Count; i++)
        {
            data.Add(i, (string)File[i]!["name"]!, (string)File[i]!["profile"]!);
        }

        return data;
    }
}
