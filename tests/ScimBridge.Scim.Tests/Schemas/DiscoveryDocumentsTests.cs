using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Schemas;

public sealed class DiscoveryDocumentsTests
{
    private const string Base = "https://scim.example.org/v2";

    [Fact]
    public void Schema_shown_and_read_again_is_shown_the_same()
    {
        foreach (var schema in SchemaCatalog.Default.Schemas)
        {
            var shown = DiscoveryDocuments.Of(schema, Base);
            var again = SchemaCatalog.Load([shown.ToJsonString()], []);
            Assert.Equal(shown.ToJsonString(), DiscoveryDocuments.Of(again.FindSchema(schema.Id)!, Base).ToJsonString());
        }
    }

    [Fact]
    public void Documents_have_no_null_members()
    {
        IEnumerable<JsonObject> all =
        [
            .. SchemaCatalog.Default.Schemas.Select(s => DiscoveryDocuments.Of(s, Base)),
            .. SchemaCatalog.Default.ResourceTypes.Select(t => DiscoveryDocuments.Of(t, Base)),
            ServiceProviderConfigDocument.Of(new ServiceProviderSettings(), Base),
        ];
        Assert.All(all, d => Assert.DoesNotContain("null", d.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Resource_type_shows_its_extensions_and_nothing_of_its_storage()
    {
        var shown = DiscoveryDocuments.Of(SchemaCatalog.Default.User, Base);
        Assert.Equal(["schemas", "id", "name", "description", "endpoint", "schema", "schemaExtensions", "meta"], shown.Select(m => m.Key));
        Assert.Equal(Base + "/ResourceTypes/User", (string?)shown["meta"]!["location"]);
        Assert.Equal(SchemaUris.EnterpriseUser, (string?)shown["schemaExtensions"]![0]!["schema"]);
    }

    [Fact]
    public void Every_member_of_a_document_is_in_the_schema_of_the_document()
    {
        AssertCovered(DiscoveryDocuments.Of(SchemaCatalog.Default.User, Base), SchemaUris.ResourceType);
        AssertCovered(DiscoveryDocuments.Of(SchemaCatalog.Default.User.Schema, Base), SchemaUris.Schema);
        AssertCovered(
            ServiceProviderConfigDocument.Of(new ServiceProviderSettings { DocumentationUri = "https://example.org", CursorTimeout = 60 }, Base),
            SchemaUris.ServiceProviderConfig);
    }

    [Fact]
    public void Service_provider_config_declares_what_the_settings_say()
    {
        var shown = ServiceProviderConfigDocument.Of(
            new ServiceProviderSettings { Bulk = false, MaxPageSize = 7, DefaultPageSize = 3, ETag = false, CursorTimeout = 60 }, Base);
        Assert.False((bool)shown["bulk"]!["supported"]!);
        Assert.Equal(7, (int)shown["filter"]!["maxResults"]!);
        Assert.Equal(7, (int)shown["pagination"]!["maxPageSize"]!);
        Assert.Equal(60, (int)shown["pagination"]!["cursorTimeout"]!);
        Assert.False((bool)shown["etag"]!["supported"]!);
        Assert.Equal("oauthbearertoken", (string?)shown["authenticationSchemes"]![0]!["type"]);
    }

    private static void AssertCovered(JsonObject document, string schemaUri)
    {
        var schema = SchemaCatalog.Default.FindSchema(schemaUri)!;
        foreach (var (name, node) in document.Where(m => CommonAttributes.Find(m.Key) is null))
        {
            AssertCovered(node, Assert.IsType<AttributeDefinition>(schema.Find(name)));
        }
    }

    private static void AssertCovered(JsonNode? node, AttributeDefinition attribute)
    {
        Assert.Equal(attribute.MultiValued, node is JsonArray);
        foreach (var element in node is JsonArray array ? array.ToArray() : [node])
        {
            Assert.Equal(attribute.IsComplex, element is JsonObject);
            foreach (var (name, value) in element as JsonObject ?? [])
            {
                AssertCovered(value, Assert.IsType<AttributeDefinition>(attribute.FindSubAttribute(name)));
            }
        }
    }
}
