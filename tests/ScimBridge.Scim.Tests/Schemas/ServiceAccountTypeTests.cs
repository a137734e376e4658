using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Patching;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Schemas;

/// <summary>Service accounts are data to the SCIM engine: nothing in it knows of them, and all of it works with them.</summary>
public sealed class ServiceAccountTypeTests
{
    private static readonly SchemaCatalog Catalog = SchemaCatalog.Load([], [], serviceAccounts: true);
    private static readonly ResourceType Type = Catalog.FindResourceType("ServiceAccount")!;

    private static readonly string Billing = $$"""
        {"schemas":["{{SchemaUris.ServiceAccount}}"],"displayName":"svc-billing","kind":"appRegistration","criticality":1,"target":"entra",
         "remoteId":"app-7","owners":[{"value":"u-1"}],"sponsors":[{"value":"u-2"}],"state":"active",
         "credentials":[{"value":"key-1","type":"clientSecret","retirement":"rotate"},{"value":"key-2","type":"certificate"}],
         "knownTo":[{"value":"u-1","type":"key-1","evidence":"created"},{"value":"u-1","type":"key-2"}]}
        """;

    [Fact]
    public void It_is_there_only_where_it_is_switched_on()
    {
        Assert.Null(SchemaCatalog.Default.FindEndpoint("ServiceAccounts"));
        Assert.Null(SchemaCatalog.Default.FindSchema(SchemaUris.ServiceAccount));
        Assert.Same(Type, Catalog.FindEndpoint("/ServiceAccounts"));
        Assert.Equal(["User", "Group", "ServiceAccount"], Catalog.ResourceTypes.Select(t => t.Name));
    }

    [Fact]
    public void Discovery_shows_the_schema_by_which_it_can_be_read_again()
    {
        var shown = DiscoveryDocuments.Of(Type.Schema, "https://h/v2");
        var type = DiscoveryDocuments.Of(Type, "https://h/v2");
        Assert.Equal("/ServiceAccounts", (string?)type["endpoint"]);
        // The document that clients see defines the same type to a server that has never heard of it.
        var again = SchemaCatalog.Load([shown.ToJsonString()], [type.ToJsonString()]);
        Assert.Equal(shown.ToJsonString(), DiscoveryDocuments.Of(again.FindSchema(SchemaUris.ServiceAccount)!, "https://h/v2").ToJsonString());
    }

    [Fact]
    public void No_attribute_can_hold_a_secret() => Assert.DoesNotContain(
        Type.Schema.Attributes.SelectMany(a => a.SubAttributes.Prepend(a)),
        a => a.Mutability == Mutability.WriteOnly || a.Returned == Returned.Never || a.Type == AttributeType.Binary);

    [Theory]
    [InlineData("owners", "User")]
    [InlineData("sponsors", "User")]
    [InlineData("coSponsors", "User")]
    [InlineData("knownTo", "User")]
    [InlineData("creator", "User")]
    [InlineData("team", "Group")]
    public void People_and_teams_are_references(string attribute, string type)
    {
        var definition = Type.Schema.Find(attribute)!;
        Assert.True(definition.RefersToResources);
        Assert.Equal([type], definition.FindSubAttribute("$ref")!.ReferenceTypes);
    }

    [Fact]
    public void Client_can_neither_move_the_state_nor_accept_for_somebody()
    {
        var body = Body("""{"displayName":"x","kind":"sshKey","criticality":4,"state":"deleted","sponsors":[{"value":"u-2","acceptedAt":"2026-01-01T00:00:00Z"}]}""");
        Assert.False(body.ContainsKey("state"));
        Assert.Equal("""[{"value":"u-2"}]""", body["sponsors"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"displayName":"x","criticality":1}""")]
    [InlineData("""{"displayName":"x","kind":"sshKey"}""")]
    [InlineData("""{"displayName":"x","kind":"sshKey","criticality":"high"}""")]
    public void What_is_missing_or_of_another_type_is_refused(string request) =>
        Assert.Equal("invalidValue", Assert.Throws<ScimException>(() => Body(request)).Error.ScimType);

    [Fact]
    public void One_person_may_know_several_credentials()
    {
        var body = Body(Billing);
        Assert.Equal(2, body["knownTo"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("knownTo.value eq \"u-1\"", true)]
    [InlineData("knownTo[value eq \"u-1\" and type eq \"key-2\"]", true)]
    [InlineData("knownTo[value eq \"u-1\" and type eq \"KEY-2\"]", false)]
    [InlineData("criticality le 2 and sponsors.value eq \"u-2\"", true)]
    [InlineData("credentials[type eq \"clientSecret\" and retirement eq \"rotate\"]", true)]
    [InlineData("kind eq \"sshKey\" or not (owners pr)", false)]
    public void Filter_finds_it(string filter, bool matches) =>
        Assert.Equal(matches, FilterEvaluator.Matches(FilterParser.Parse(filter, Type, ClientProfile.Strict), Body(Billing)));

    [Fact]
    public void Patch_changes_one_element()
    {
        var message = Json("""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
              {"op":"remove","path":"knownTo[type eq \"key-1\"]"},
              {"op":"replace","path":"credentials[value eq \"key-1\"].retirement","value":"end"},
              {"op":"add","path":"coSponsors","value":[{"value":"u-3"}]}]}
            """);
        var after = PatchApplier.Apply(Body(Billing), PatchReader.Read(message, Type, ClientProfile.Strict).Operations, Type, ClientProfile.Strict).Body;
        Assert.Equal("key-2", (string?)Assert.Single(after["knownTo"]!.AsArray())!["type"]);
        Assert.Equal("end", (string?)after["credentials"]![0]!["retirement"]);
        Assert.Equal("u-3", (string?)after["coSponsors"]![0]!["value"]);
    }

    [Fact]
    public void Bulk_takes_it()
    {
        var message = Json($$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
              {"method":"POST","path":"/ServiceAccounts","bulkId":"a","data":{{Billing}}}]}
            """);
        var request = BulkRequestReader.Read(message, Catalog, ClientProfile.Strict, 10, "https://h/v2");
        Assert.Same(Type, Assert.Single(request.Operations).Type);
    }

    private static JsonObject Body(string request) => ResourceReader.Create(Json(request), Type, ClientProfile.Lenient).Body;

    private static JsonObject Json(string text)
    {
        var json = JsonBody.Parse(Encoding.UTF8.GetBytes(text));
        if (!json.ContainsKey("schemas"))
            json["schemas"] = new JsonArray(SchemaUris.ServiceAccount);
        return json;
    }
}
