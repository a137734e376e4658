using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Resources;

public sealed class ProjectionTests
{
    private const string Enterprise = SchemaUris.EnterpriseUser;

    private static readonly JsonObject User = JsonNode.Parse($$$"""
        {"schemas":["{{{SchemaUris.User}}}","{{{Enterprise}}}"],"id":"1","externalId":"e","meta":{"resourceType":"User","version":"W/\"1\""},
         "userName":"mira","password":"leak","name":{"givenName":"g","familyName":"f"},"active":true,
         "emails":[{"value":"a@x","type":"work"},{"type":"home"}],"groups":[{"value":"9","display":"G"}],
         "{{{Enterprise}}}":{"department":"D","manager":{"value":"2","displayName":"B"} } }
        """)!.AsObject();

    private static readonly JsonObject Gadget = JsonNode.Parse("""
        {"schemas":["urn:example:params:scim:schemas:core:2.0:Gadget"],"id":"1","label":"L","badge":"B","motto":"M","secret":"leak",
         "box":{"size":1,"tint":"t"},"parts":[{"code":"c","secret":"leak"}]}
        """)!.AsObject();

    [Theory]
    [InlineData("", "schemas id externalId meta userName name active emails groups " + Enterprise)]
    [InlineData("userName", "schemas id userName")]
    [InlineData(" USERNAME , active,", "schemas id userName active")]
    [InlineData("nope", "schemas id")]
    [InlineData("id", "schemas id")]
    [InlineData("password", "schemas id")]
    [InlineData("name.givenName", "schemas id name.givenName")]
    [InlineData("name", "schemas id name.givenName name.familyName")]
    [InlineData("emails.value", "schemas id emails.value")]
    [InlineData("emails.type", "schemas id emails.type emails.type")]
    [InlineData("meta.version", "schemas id meta.version")]
    [InlineData("groups", "schemas id groups.value groups.display")]
    [InlineData(Enterprise, "schemas id " + Enterprise + ".department " + Enterprise + ".manager.value " + Enterprise + ".manager.displayName")]
    [InlineData(Enterprise + ":department", "schemas id " + Enterprise + ".department")]
    [InlineData(Enterprise + ":manager.value", "schemas id " + Enterprise + ".manager.value")]
    [InlineData("department", "schemas id")]
    [InlineData(SchemaUris.User + ":userName", "schemas id userName")]
    [InlineData("userName.x,emails.value.y", "schemas id")]
    public void Attributes_shows_those_and_what_is_always_shown(string attributes, string expected) =>
        Assert.Equal(expected, Shape(Of(attributes, "").Apply(User), leaves: attributes.Length > 0));

    [Theory]
    [InlineData("userName", "schemas id externalId meta name active emails groups " + Enterprise)]
    [InlineData("id,schemas", "schemas id externalId meta userName name active emails groups " + Enterprise)]
    [InlineData("name,emails,meta,groups," + Enterprise, "schemas id externalId userName active")]
    [InlineData("nope", "schemas id externalId meta userName name active emails groups " + Enterprise)]
    [InlineData("emails.value,emails.type", "schemas id externalId meta userName name active groups " + Enterprise)]
    [InlineData(Enterprise + ":department," + Enterprise + ":manager", "schemas id externalId meta userName name active emails groups")]
    public void Excluded_attributes_are_not_shown(string excluded, string expected) =>
        Assert.Equal(expected, Shape(Of("", excluded).Apply(User), leaves: false));

    [Fact]
    public void Excluded_sub_attribute_leaves_its_siblings() =>
        Assert.Equal("""[{"type":"work"},{"type":"home"}]""", Of("", "emails.value").Apply(User)["emails"]!.ToJsonString());

    [Fact]
    public void Both_lists_at_once_are_refused() =>
        Assert.Equal("invalidValue", Assert.Throws<ScimException>(() => Of("userName", "active")).Error.ScimType);

    [Theory]
    [InlineData("", "", "schemas id label badge box.size parts.code")]
    [InlineData("label", "", "schemas id label badge")]
    [InlineData("motto,secret,parts.secret", "", "schemas id badge motto")]
    [InlineData("box", "", "schemas id badge box.size")]
    [InlineData("box.tint", "", "schemas id badge box.tint")]
    [InlineData("", "badge,label", "schemas id badge box.size parts.code")]
    public void Returned_characteristic_is_honoured(string attributes, string excluded, string expected) =>
        Assert.Equal(expected, Shape(Of(attributes, excluded, "Gadget").Apply(Gadget), leaves: true));

    [Fact]
    public void Attribute_on_request_is_shown_to_who_wrote_it()
    {
        var type = CustomTypes.Catalog.FindResourceType("Gadget")!;
        var request = JsonBody.Parse("""{"schemas":["urn:example:params:scim:schemas:core:2.0:Gadget"],"label":"L","motto":"M"}"""u8.ToArray());
        var written = ResourceReader.Create(request, type, ClientProfile.Strict).Written;
        Assert.Equal("schemas id label badge motto box.size parts.code", Shape(Projection.Default(type).Apply(Gadget, written), leaves: true));
    }

    [Fact]
    public void What_cannot_be_shown_need_not_be_loaded()
    {
        Assert.False(Of("", "members", "Group").Includes("members"));
        Assert.False(Of("displayName", "", "Group").Includes("members"));
        Assert.True(Of("members.value", "", "Group").Includes("members"));
        Assert.True(Of("", "members.display", "Group").Includes("members"));
        Assert.True(Of("", "", "Group").Includes("members"));
        Assert.False(Of("", "groups").Includes("groups"));
        Assert.False(Of("", "").Includes("password"));
        Assert.False(Of("", "").Includes("nope"));
        Assert.False(Of("", "").IsAsked);
        Assert.True(Of("", "nope").IsAsked);
    }

    [Fact]
    public void Representation_stays_as_it_is()
    {
        var before = User.ToJsonString();
        Of("emails.value", "").Apply(User)["emails"]![0]!["value"] = "changed";
        Assert.Equal(before, User.ToJsonString());
    }

    private static Projection Of(string attributes, string excluded, string type = "User") => Projection.Of(
        CustomTypes.Catalog.FindResourceType(type)!, Projection.Names(attributes), Projection.Names(excluded), ClientProfile.Strict);

    private static string Shape(JsonObject shown, bool leaves) => string.Join(' ', shown.SelectMany(m => Paths(m.Key, m.Value, leaves)));

    private static IEnumerable<string> Paths(string path, JsonNode? node, bool leaves) => node switch
    {
        JsonObject complex when leaves => complex.SelectMany(m => Paths($"{path}.{m.Key}", m.Value, leaves)),
        JsonArray array when leaves && array.Any(e => e is JsonObject) => array.SelectMany(e => Paths(path, e, leaves)),
        _ => [path],
    };
}
