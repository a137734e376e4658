using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Authority;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Tests.Authority;

/// <summary>Who masters which attribute.</summary>
public sealed class AttributeAuthorityTests
{
    private const string Core = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    private static readonly AttributeAuthority Sut = new(["userName", "emails"]);

    [Fact]
    public void What_hr_masters_stays_as_it_was()
    {
        var verdict = Sut.Judge(Body("""{"title":"Engineer"}"""), Body("""{"title":"King","nickName":"K"}"""));

        Assert.Equal("Engineer", (string?)verdict.Body["title"]);
        Assert.Equal("K", (string?)verdict.Body["nickName"]);
        Assert.Equal(["title"], verdict.Denied);
        Assert.Empty(verdict.Taken);
    }

    [Fact]
    public void What_a_client_may_master_is_taken()
    {
        var verdict = Sut.Judge(Body("""{"userName":"a"}"""), Body("""{"userName":"b"}"""));

        Assert.Equal("b", (string?)verdict.Body["userName"]);
        Assert.Empty(verdict.Denied);
        Assert.Equal(["userName"], verdict.Taken);
    }

    [Fact]
    public void What_is_mapped_by_configuration_is_hrs_and_may_be_left_to_clients()
    {
        var mapped = AttributeMap.OfWorkers(
            new JsonObject { ["nickName"] = "{{ worker.givenName }}", ["profileUrl"] = null, [$"{BadgeExtension.Urn}:number"] = "7" },
            "$.mapping.user", BadgeExtension.User, []);
        var before = Body($$$"""{"nickName":"Anna","{{{BadgeExtension.Urn}}}":{"number":7}}""");
        var after = Body($$$"""{"nickName":"K","profileUrl":"https://k.example","{{{BadgeExtension.Urn}}}":{"number":8,"color":"red"}}""");

        var verdict = new AttributeAuthority(["nickName"], mapped).Judge(before, after);

        Assert.Equal("K", (string?)verdict.Body["nickName"]);
        Assert.False(verdict.Body.ContainsKey("profileUrl"));
        Assert.Equal("""{"color":"red","number":7}""", verdict.Body[BadgeExtension.Urn]!.ToJsonString());
        Assert.Equal(["profileUrl", $"{BadgeExtension.Urn}:number"], verdict.Denied);
        Assert.Equal(["nickName"], verdict.Taken);
    }

    [Fact]
    public void What_hr_has_not_cannot_be_added_by_a_client()
    {
        var verdict = Sut.Judge(Body("{}"), Body("""{"title":"King"}"""));

        Assert.False(verdict.Body.ContainsKey("title"));
        Assert.Equal(["title"], verdict.Denied);
    }

    [Fact]
    public void An_extension_of_hr_comes_back_with_its_schema()
    {
        var before = Body($$$"""{"schemas":["{{{Core}}}","{{{Enterprise}}}"],"{{{Enterprise}}}":{"department":"Sales"}}""");

        var verdict = Sut.Judge(before, Body($$"""{"schemas":["{{Core}}"],"title":null}"""));

        Assert.Equal("Sales", (string?)verdict.Body[Enterprise]!["department"]);
        Assert.Equal([Core, Enterprise], verdict.Body["schemas"]!.AsArray().Select(s => (string)s!));
    }

    [Fact]
    public void Nothing_written_is_nothing_denied()
    {
        var verdict = Sut.Judge(Body("""{"title":"Engineer","userName":"a"}"""), Body("""{"userName":"a","title":"Engineer"}"""));

        Assert.Empty(verdict.Denied);
        Assert.Empty(verdict.Taken);
    }

    private static JsonObject Body(string json)
    {
        var body = JsonNode.Parse(json)!.AsObject();
        body["schemas"] ??= new JsonArray(Core);
        return body;
    }
}
