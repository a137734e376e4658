using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Patching;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Patching;

public sealed class PatchLimitsTests
{
    private static readonly ResourceType User = SchemaCatalog.Default.User;

    [Fact]
    public void More_operations_than_allowed_are_too_large()
    {
        var operations = Enumerable.Range(0, 11).Select(_ => new JsonObject { ["op"] = "remove", ["path"] = "title" });
        var error = Assert.Throws<ScimException>(() => PatchReader.Read(Message(operations), User, ClientProfile.Strict, maxOperations: 10)).Error;
        Assert.Equal(413, error.Status);
        Assert.Contains("10", error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void More_values_than_an_attribute_can_have_are_refused()
    {
        var error = Assert.Throws<ScimException>(() => Apply(Body("emails", 0, 0), "emails", Elements("emails", 0, 2001))).Error;
        Assert.Equal("invalidValue", error.ScimType);
        error = Assert.Throws<ScimException>(() => Apply(Body("emails", 0, 1500), "emails", Elements("emails", 1500, 1500))).Error;
        Assert.Equal("invalidValue", error.ScimType);
    }

    [Theory]
    [InlineData("emails")]
    [InlineData("addresses")]
    public void As_many_values_as_there_can_be_take_bounded_time(string attribute)
    {
        var watch = Stopwatch.StartNew();
        var result = Apply(Body(attribute, 0, 1000), attribute, Elements(attribute, 1000, 1000));
        Assert.Equal(2000, result.Body[attribute]!.AsArray().Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"took {watch.Elapsed}");
    }

    [Fact]
    public void Member_changes_cost_what_they_change()
    {
        var operations = Enumerable.Range(0, 1000).Select(i => new JsonObject
        {
            ["op"] = "add", ["path"] = "members", ["value"] = new JsonArray(new JsonObject { ["value"] = i.ToString(CultureInfo.InvariantCulture) }),
        });
        var group = SchemaCatalog.Default.Group;
        var body = new JsonObject { ["schemas"] = new JsonArray(SchemaUris.Group), ["displayName"] = "G" };
        var result = PatchApplier.Apply(body, PatchReader.Read(Message(operations), group, ClientProfile.Strict).Operations, group, ClientProfile.Strict);
        Assert.False(result.BodyChanged);
        Assert.Equal(1000, Assert.IsType<AddMembers>(Assert.Single(result.Membership)).Members.Count);
    }

    private static PatchResult Apply(JsonObject body, string path, JsonArray value) => PatchApplier.Apply(
        body,
        PatchReader.Read(Message([new JsonObject { ["op"] = "add", ["path"] = path, ["value"] = value }]), User, ClientProfile.Strict).Operations,
        User,
        ClientProfile.Strict);

    private static JsonObject Body(string attribute, int from, int count)
    {
        var body = new JsonObject { ["schemas"] = new JsonArray(SchemaUris.User), ["userName"] = "mira" };
        if (count > 0)
        {
            body[attribute] = Elements(attribute, from, count);
        }

        return body;
    }

    private static JsonArray Elements(string attribute, int from, int count)
    {
        var name = attribute == "emails" ? "value" : "formatted";
        return new JsonArray([.. Enumerable.Range(from, count).Select(i => new JsonObject { [name] = i.ToString(CultureInfo.InvariantCulture) })]);
    }

    private static JsonObject Message(IEnumerable<JsonObject> operations) =>
        new() { ["schemas"] = new JsonArray(MessageUris.PatchOp), ["Operations"] = new JsonArray([.. operations]) };
}
