using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Provisioning.Tests.Signals;

public sealed class SubjectIdentifierTests
{
    [Theory]
    [InlineData("""{ "format": "opaque", "id": "7" }""", SubjectFormat.Opaque, "7", null)]
    [InlineData("""{ "format": "email", "email": "mira@corp.example" }""", SubjectFormat.Email, "mira@corp.example", null)]
    [InlineData("""{ "format": "scim", "uri": "/Users/7", "externalId": "e7" }""", SubjectFormat.Scim, "/Users/7", null)]
    [InlineData("""{ "format": "iss_sub", "iss": "https://b.example", "sub": "7" }""", SubjectFormat.IssuerSubject, "7", "https://b.example")]
    [InlineData("""{ "format": "complex", "user": { "format": "opaque", "id": "7" }, "tenant": { "format": "opaque", "id": "t" } }""", SubjectFormat.Opaque, "7", null)]
    [InlineData("""{ "user": { "format": "email", "email": "mira@corp.example" } }""", SubjectFormat.Email, "mira@corp.example", null)]
    public void Identifier_is_read(string json, SubjectFormat format, string value, string? issuer) =>
        Assert.Equal(new SubjectIdentifier(format, value, issuer), SubjectIdentifier.Read(JsonNode.Parse(json)!.AsObject()));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "format": "phone_number", "phone_number": "+4512345678" }""")]
    [InlineData("""{ "format": "opaque" }""")]
    [InlineData("""{ "format": "opaque", "id": 7 }""")]
    [InlineData("""{ "format": "opaque", "id": "" }""")]
    [InlineData("""{ "format": "iss_sub", "sub": "7" }""")]
    [InlineData("""{ "format": 7, "id": "7" }""")]
    [InlineData("""{ "format": "complex", "user": "7" }""")]
    public void What_is_none_is_not_read(string json) => Assert.Null(SubjectIdentifier.Read(JsonNode.Parse(json)!.AsObject()));

    [Fact]
    public void What_the_bridge_says_is_what_it_reads()
    {
        var subject = new SignalSubject("/Users/7", "7", new JsonObject { ["emails"] = new JsonArray(new JsonObject { ["value"] = "mira@corp.example" }) });
        foreach (var format in Enum.GetValues<SubjectFormat>())
        {
            var signal = new Signal(SignalType.AccountDisabled, "User", "7", default, "x");

            var said = SecurityEvent.Claims(signal, "1", "https://b.example", "https://r.example", new SubjectRule(format), subject)!["sub_id"]!.AsObject();

            Assert.Equal(format, SubjectIdentifier.Read(said)!.Format);
        }
    }
}
