using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Scim.Tests.Filters;

namespace ScimBridge.Scim.Tests.Resources;

public sealed class ResourceProperties
{
    private static readonly string[] Texts =
    [
        "null", "true", "false", "0", "1.5", "1e400", "-9223372036854775809", "\"\"", "\"a\"", "\"True\"", "\"2026-01-05T10:00:00Z\"", "\"AQID\"", "\"\\u00e9\"",
        "[]", "[null]", "[[]]", "[{}]", "{}", "{\"value\":\"a\"}", "{\"value\":5}", "{\"value\":{}}", "{\"value\":[\"a\"]}", "[{\"value\":\"a\",\"primary\":true},{\"value\":\"a\"}]",
        "{\"$ref\":\"/\"}", "{\"$ref\":\"../Users/%\"}", "[\"a\",\"A\"]", "[1,2]", "{\"VALUE\":\"x\",\"type\":null}", "{\"country\":\"DK\"}",
    ];

    private static readonly Arbitrary<(ResourceType Type, ClientProfile Profile, string Body)> Requests = Arb.From(
        from type in Gen.Elements(CustomTypes.Catalog.ResourceTypes.ToArray())
        from profile in Gen.Elements(ClientProfile.All.ToArray())
        from members in Gen.ListOf(Member(type), 6)
        select (type, profile, $$"""{"schemas":["{{type.Schema.Id}}"],"userName":"u","displayName":"d","label":"l"{{string.Concat(members)}} }"""));

    [Property(MaxTest = 2000)]
    public Property Any_body_is_read_or_refused() => Prop.ForAll(Requests, request =>
    {
        ResourceInput input;
        try
        {
            input = ResourceReader.Create(JsonBody.Parse(Encoding.UTF8.GetBytes(request.Body)), request.Type, request.Profile);
        }
        catch (ScimException fault)
        {
            Assert.Contains(fault.Error.ScimType, new[] { "invalidSyntax", "invalidValue" });
            return;
        }

        Assert.True(ResourceComparer.AreEqual(input.Body, ResourceReader.FromBridge((JsonObject)input.Body.DeepClone(), request.Type).Body), input.Body.ToJsonString());
        var replaced = ResourceReader.Replace((JsonObject)input.Body.DeepClone(), input.Body, request.Type, ClientProfile.Strict);
        Assert.True(ResourceComparer.AreEqual(input.Body, replaced.Body));
        Assert.NotNull(SearchDocument.From(input.Body, request.Type));
        Assert.NotNull(IndexEntries.Of(input.Body, request.Type));
        Assert.NotNull(Projection.Default(request.Type).Apply(input.Body));
    });

    [Property(MaxTest = 1000)]
    public Property Stored_body_reads_as_itself()
    {
        var type = CustomTypes.Catalog.User;
        return Prop.ForAll(Arb.From(FilterGenerators.Body(type)), generated =>
        {
            var body = (JsonObject)generated.DeepClone();
            body["schemas"] = new JsonArray(type.Schema.Id);
            body["userName"] = "u";
            body.Remove("addresses");
            body.Remove("x509Certificates");
            if (Read(body) is not { } first)
            {
                return;
            }

            var again = Read(first);
            Assert.True(ResourceComparer.AreEqual(first, again), $"{first.ToJsonString()} reads as {again?.ToJsonString()}");
        });

        JsonObject? Read(JsonObject body)
        {
            try
            {
                return ResourceReader.Create((JsonObject)body.DeepClone(), type, ClientProfile.Lenient).Body;
            }
            catch (ScimException)
            {
                return null;
            }
        }
    }

    private static Gen<string> Member(ResourceType type)
    {
        var names = type.Schema.Attributes.Select(a => a.Name)
            .Concat(type.Extensions.Select(e => e.Schema.Id)).Concat(["id", "meta", "externalId", "schemas", "nope", "USERNAME"]).ToArray();
        var extension = type.Extensions.Count > 0 ? type.Extensions[0].Schema : type.Schema;
        var nested =
            from attribute in Gen.Elements(extension.Attributes.Select(a => a.Name).ToArray())
            from text in Gen.Elements(Texts)
            select $",\"{extension.Id}\":{{\"{attribute}\":{text}}}";
        var flat =
            from name in Gen.Elements(names)
            from text in Gen.Elements(Texts)
            select $",\"{name}\":{text}";
        return Gen.Frequency((4, flat), (1, nested));
    }
}
