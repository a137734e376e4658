using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Patching;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Patching;

public sealed class PatchProperties
{
    private const string Enterprise = SchemaUris.EnterpriseUser;

    private static readonly Gen<string> Paths = Gen.Elements(
        "title", "active", "name", "name.givenName", "emails", "emails[type eq \"work\"]", "emails[type eq \"work\"].value", "emails[primary eq true]",
        "emails[value eq \"a\"].primary", "emails.type", "roles", "roles[primary eq false].value", Enterprise, Enterprise + ":department", Enterprise + ":manager",
        Enterprise + ":manager.value", "addresses[country eq \"DK\"]", "userName", "externalId", "schemas", "password", "x509Certificates", "emails[not (type pr)]");

    private static readonly Gen<string> Values = Gen.Elements(
        "null", "\"\"", "\"a\"", "\"work\"", "true", "\"True\"", "5", "[]", "{}", "[{}]", "{\"value\":\"a\"}", "{\"value\":\"b\",\"type\":\"work\",\"primary\":true}",
        "[{\"value\":\"a\",\"type\":\"home\"},{\"value\":\"a\",\"type\":\"work\",\"primary\":true}]", "{\"givenName\":\"g\"}", "{\"department\":\"d\",\"manager\":{\"value\":\"1\"}}",
        "[\"a\",\"b\"]", "{\"type\":\"work\",\"country\":\"DK\"}", "{\"title\":\"t\",\"emails\":[{\"value\":\"c\"}]}", "{\"value\":\"\"}", "{\"value\":null,\"type\":\"x\"}");

    private static readonly Gen<JsonObject> Operations =
        from verb in Gen.Elements("add", "replace", "remove", "Replace")
        from path in Gen.Frequency((1, Gen.Constant((string?)null)), (8, Paths.Select(string? (p) => p)))
        from value in Values
        select path is null
            ? new JsonObject { ["op"] = verb, ["value"] = JsonNode.Parse(value) }
            : new JsonObject { ["op"] = verb, ["path"] = path, ["value"] = JsonNode.Parse(value) };

    private static readonly Arbitrary<(ClientProfile Profile, List<List<JsonObject>> Patches)> Histories = Arb.From(
        from profile in Gen.Elements<ClientProfile>(ClientProfile.All)
        from patches in Gen.ListOf(Gen.ListOf(Operations, 3), 6)
        select (profile, patches.Select(p => p.ToList()).ToList()));

    [Property(MaxTest = 400)]
    public Property Any_history_of_patches_leaves_a_body_that_reads_as_itself() => Prop.ForAll(Histories, history =>
    {
        var body = JsonNode.Parse($$"""{"schemas":["{{SchemaUris.User}}"],"userName":"mira","active":true,"emails":[{"value":"a","type":"work","primary":true}]}""")!.AsObject();
        foreach (var operations in history.Patches)
        {
            var before = body.ToJsonString();
            if (Apply(body, operations, history.Profile) is not { } result)
            {
                Assert.Equal(before, body.ToJsonString());
                continue;
            }

            Assert.Equal(before, body.ToJsonString());
            Assert.Equal(!ResourceComparer.AreEqual(body, result.Body), result.BodyChanged);
            var again = ResourceReader.FromBridge((JsonObject)result.Body.DeepClone(), SchemaCatalog.Default.User).Body;
            Assert.True(ResourceComparer.AreEqual(result.Body, again), $"{result.Body.ToJsonString()} reads as {again.ToJsonString()}");
            body = result.Body;
        }
    });

    private static PatchResult? Apply(JsonObject body, List<JsonObject> operations, ClientProfile profile)
    {
        var message = new JsonObject
        {
            ["schemas"] = new JsonArray(MessageUris.PatchOp),
            ["Operations"] = new JsonArray([.. operations.Select(o => o.DeepClone())]),
        };
        try
        {
            return PatchApplier.Apply(body, PatchReader.Read(message, SchemaCatalog.Default.User, profile).Operations, SchemaCatalog.Default.User, profile);
        }
        catch (ScimException)
        {
            return null;
        }
    }
}
