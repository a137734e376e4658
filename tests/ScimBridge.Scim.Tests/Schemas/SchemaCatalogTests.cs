using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Schemas;

public sealed class SchemaCatalogTests
{
    private const string Gadget = "urn:example:params:scim:schemas:core:2.0:Gadget";

    public static TheoryData<string, string> BadAttributes { get; } = new()
    {
        { """{"type":"string"}""", "name is missing" },
        { """{"name":"1st"}""", "the name must begin" },
        { """{"name":"a b"}""", "the name must begin" },
        { """{"name":"$"}""", "the name must begin" },
        { """{"name":"a","type":"text"}""", "type cannot be \"text\"" },
        { """{"name":"a","type":"String"}""", "type cannot be \"String\"" },
        { """{"name":"a","type":5}""", "type must be a string" },
        { """{"name":"a","multiValued":"yes"}""", "multiValued must be true or false" },
        { """{"name":"a","mutability":"write"}""", "mutability cannot be" },
        { """{"name":"a","returned":"sometimes"}""", "returned cannot be" },
        { """{"name":"a","uniqueness":"all"}""", "uniqueness cannot be" },
        { """{"name":"a","canonicalValues":"x"}""", "canonicalValues must be an array" },
        { """{"name":"a","referenceTypes":["User"]}""", "only a reference has referenceTypes" },
        { """{"name":"a","type":"complex"}""", "needs subAttributes" },
        { """{"name":"a","type":"complex","uniqueness":"server","subAttributes":[{"name":"b"}]}""", "uniqueness has no meaning" },
        { """{"name":"a","subAttributes":[{"name":"b"}]}""", "only a complex attribute has subAttributes" },
        { """{"name":"a","type":"complex","subAttributes":[{"name":"b","type":"complex","subAttributes":[{"name":"c"}]}]}""", "must not be nested" },
        { """{"name":"a","type":"complex","subAttributes":[{"name":"b"},{"name":"B"}]}""", "the attribute B is defined twice" },
        { """{"name":"a","mutability":"writeOnly"}""", "must have returned \"never\"" },
        { """{"name":"ok"},{"name":"OK"}""", "the attribute OK is defined twice" },
    };

    [Fact]
    public void Default_catalogue_has_the_schemas_of_the_rfc_and_our_own()
    {
        Assert.Equal(
            [SchemaUris.User, SchemaUris.Group, SchemaUris.EnterpriseUser, SchemaUris.HrUser, SchemaUris.ServiceProviderConfig, SchemaUris.ResourceType, SchemaUris.Schema],
            SchemaCatalog.Default.Schemas.Select(s => s.Id));
        Assert.Equal(["User", "Group"], SchemaCatalog.Default.ResourceTypes.Select(t => t.Name));
        Assert.Equal(
            [
                "userName", "externalId", "displayName", "active", "emails.value", SchemaUris.EnterpriseUser + ":employeeNumber",
                SchemaUris.EnterpriseUser + ":department", SchemaUris.EnterpriseUser + ":manager.value",
            ],
            SchemaCatalog.Default.User.Indexed.Select(p => p.ToString()));
        Assert.Equal("members", SchemaCatalog.Default.Group.Relation);
        Assert.Equal(["groups"], SchemaCatalog.Default.User.Derived);
    }

    [Fact]
    public void Errata_of_the_schemas_are_applied()
    {
        var user = SchemaCatalog.Default.User.Schema;
        var group = SchemaCatalog.Default.Group.Schema;
        var manager = SchemaCatalog.Default.FindSchema(SchemaUris.EnterpriseUser)!.Find("manager")!;
        Assert.True(group.Find("displayName")!.Required);
        Assert.Equal(AttributeType.Binary, user.Find("x509Certificates")!.FindSubAttribute("value")!.Type);
        Assert.Equal(["Group"], user.Find("groups")!.FindSubAttribute("$ref")!.ReferenceTypes);
        Assert.True(manager.FindSubAttribute("value")!.CaseExact);
        Assert.Equal(AttributeType.Boolean, user.Find("addresses")!.FindSubAttribute("primary")!.Type);
        Assert.True(group.Find("members")!.FindSubAttribute("display")!.IsReadOnly);
    }

    [Fact]
    public void Hr_facts_are_read_only() =>
        Assert.All(SchemaCatalog.Default.FindSchema(SchemaUris.HrUser)!.Attributes, a => Assert.True(a.IsReadOnly));

    [Theory]
    [MemberData(nameof(BadAttributes))]
    public void Bad_attribute_is_refused(string attributes, string fault)
    {
        var refused = Assert.Throws<SchemaCatalogException>(() => SchemaCatalog.Load([Schema(attributes)], []));
        Assert.Contains(refused.Faults, f => f.Contains(fault, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"name":"Gadget"}""", "endpoint is missing")]
    [InlineData("""{"name":"Gadget","endpoint":"Gadgets","schema":"GADGET"}""", "one path segment")]
    [InlineData("""{"name":"Gadget","endpoint":"/a/b","schema":"GADGET"}""", "one path segment")]
    [InlineData("""{"name":"Gadget","endpoint":"/Users","schema":"GADGET"}""", "the endpoint /Users belongs to User and Gadget")]
    [InlineData("""{"name":"Gadget","endpoint":"/Gadgets","schema":"urn:nope"}""", "the schema urn:nope is not defined")]
    [InlineData("""{"name":"Gadget","endpoint":"/Gadgets","schema":"GADGET","schemaExtensions":[{"schema":"urn:nope"}]}""", "the schema urn:nope is not defined")]
    [InlineData("""{"name":"Gadget","endpoint":"/Gadgets","schema":"GADGET","schemaExtensions":{}}""", "must be an array")]
    [InlineData("""{"name":"Gadget","endpoint":"/Gadgets","schema":"GADGET","indexed":["nope"]}""", "nope cannot be indexed")]
    [InlineData("""{"name":"Gadget","endpoint":"/Gadgets","schema":"GADGET","relation":"label"}""", "the relation label")]
    [InlineData("""{"name":"Gadget","endpoint":"/Gadgets","schema":"GADGET","derived":["label"]}""", "the derived attribute label")]
    [InlineData("""{"endpoint":"/Gadgets"}""", "name is missing")]
    [InlineData("""[""", "not JSON")]
    public void Bad_resource_type_is_refused(string document, string fault)
    {
        var refused = Assert.Throws<SchemaCatalogException>(() =>
            SchemaCatalog.Load([Schema("""{"name":"label"}""")], [document.Replace("GADGET", Gadget, StringComparison.Ordinal)]));
        Assert.Contains(refused.Faults, f => f.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public void All_faults_are_named_at_once()
    {
        var refused = Assert.Throws<SchemaCatalogException>(() => SchemaCatalog.Load(
            [Schema("""{"name":"1"},{"name":"a","type":"x"}"""), "{}", "nonsense", Schema("""{"name":"b"}""")], ["""{"name":"T"}"""]));
        Assert.True(refused.Faults.Count >= 6, refused.Message);
    }

    [Fact]
    public void Resource_type_of_the_same_name_takes_the_place_of_ours()
    {
        var catalog = SchemaCatalog.Load(
            [Schema("""{"name":"badge","uniqueness":"server"}""")],
            [$$"""{"name":"User","endpoint":"/Users","schema":"{{SchemaUris.User}}","schemaExtensions":[{"schema":"{{Gadget}}","required":true}],"indexed":["{{Gadget}}:badge"]}"""]);
        Assert.Equal(2, catalog.ResourceTypes.Count);
        Assert.Equal(Gadget, Assert.Single(catalog.User.Extensions).Schema.Id);
    }

    [Theory]
    [InlineData("/users", "User")]
    [InlineData("Groups", "Group")]
    [InlineData("Nope", null)]
    public void Endpoint_is_found_in_any_case(string endpoint, string? type) => Assert.Equal(type, SchemaCatalog.Default.FindEndpoint(endpoint)?.Name);

    private static string Schema(string attributes) => $$"""{"id":"{{Gadget}}","name":"Gadget","attributes":[{{attributes}}]}""";
}
