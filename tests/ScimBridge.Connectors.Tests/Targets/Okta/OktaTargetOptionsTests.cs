using System.Security.Cryptography;
using System.Text.Json.Serialization;
using System.Text.Json;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Okta;
using ScimBridge.Provisioning.Access;

namespace ScimBridge.Connectors.Tests.Targets.Okta;

public sealed class OktaTargetOptionsTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    [Fact]
    public void Kind_is_listed_and_opens_what_its_options_say()
    {
        var kind = TargetKinds.All["okta"];
        var options = (IConnectorOptions)JsonSerializer.Deserialize(
            """{ "baseUrl": "https://corp.okta.com", "apiToken": { "value": "t" }, "match": ["login"], "disable": "suspend", "membersPerCall": 7, "groups": false }""", kind.OptionsType, Json)!;

        Assert.Empty(options.Faults());
        using var target = kind.Open(options, TimeProvider.System);
        Assert.Equal((7, false, false, true), (target.Capabilities.MembersPerCall, target.Capabilities.Groups, target.Capabilities.Delete, target.Capabilities.Disable));
    }

    [Fact]
    public void All_faults_are_listed_at_once_with_their_path() =>
        Assert.Equal(
            [
                "baseUrl", "clientId", "privateKey", "scopes[0]", "correlationAttribute", "match", "loginSuffix", "profile.login", "profile.scimBridgeId", "profile.title",
                "managerRelationship", "inFlight", "membersPerCall", "rateReservePercent", "timeoutSeconds",
            ],
            Faults(
                """
                {
                  "scopes": ["users"], "correlationAttribute": "1st", "match": ["login", "login"], "loginSuffix": "corp.example",
                  "profile": { "login": "", "scimBridgeId": "urn:x:y:z[", "title": "a b" }, "managerRelationship": "", "inFlight": 0, "membersPerCall": 0,
                  "rateReservePercent": 99, "timeoutSeconds": 0
                }
                """).Select(f => f.Path));

    [Theory]
    [InlineData("corp.okta.com")]
    [InlineData("http://corp.okta.com")]
    [InlineData("https://corp-admin.okta.com")]
    [InlineData("https://user@corp.okta.com")]
    public void Address_that_would_not_do_is_a_fault(string baseUrl) =>
        Assert.Equal("baseUrl", Assert.Single(Faults($$"""{ "baseUrl": "{{baseUrl}}", "apiToken": { "value": "t" } }""")).Path);

    [Theory]
    [InlineData("""{ "apiToken": { "value": "t" }, "clientId": "0oa" }""", "apiToken")]
    [InlineData("""{ "apiToken": { "value": "t" }, "manager": "linkedObject" }""", "manager")]
    [InlineData("""{ "clientId": "0oa", "privateKey": { } }""", "privateKey")]
    [InlineData("""{ "clientId": "0oa", "privateKey": { "env": "A", "value": "B" } }""", "privateKey")]
    [InlineData("""{ "clientId": "0oa", "privateKey": { "env": "SCIMBRIDGE_TESTS_NOT_SET" } }""", "privateKey.env")]
    [InlineData("""{ "clientId": "0oa", "privateKey": { "value": "s3cret" } }""", "privateKey")]
    [InlineData("""{ "clientId": "0oa", "privateKey": { "value": "{\"kty\":\"RSA\",\"n\":\"s3cret\"}" } }""", "privateKey")]
    [InlineData("""{ "clientId": "0oa", "privateKey": { "value": "{\"kty\":7}" } }""", "privateKey")]
    public void Credential_that_would_not_do_is_a_fault(string credential, string path)
    {
        var fault = Assert.Single(Faults($$"""{ "baseUrl": "https://corp.okta.com", {{credential[1..]}}"""));

        Assert.Equal(path, fault.Path);
        Assert.DoesNotContain("s3cret", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_read_from_files_and_weak_or_public_ones_are_faults()
    {
        using var rsa = RSA.Create(2048);
        using var weak = RSA.Create(1024);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);

        Assert.Null(FaultOf(rsa.ExportPkcs8PrivateKeyPem()));
        Assert.Null(FaultOf(rsa.ExportRSAPrivateKeyPem()));
        Assert.Null(FaultOf(ec.ExportECPrivateKeyPem()));
        Assert.Contains("2,048", FaultOf(weak.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
        Assert.Contains("P-256", FaultOf(other.ExportPkcs8PrivateKeyPem()), StringComparison.Ordinal);
        Assert.NotNull(FaultOf(rsa.ExportSubjectPublicKeyInfoPem()));

        static string? FaultOf(string pem)
        {
            var file = Path.GetTempFileName();
            File.WriteAllText(file, pem + "\n");
            try
            {
                var options = new OktaTargetOptions { BaseUrl = "https://corp.okta.com", ClientId = "0oa", PrivateKey = new SecretReference { File = file } };
                return options.Faults().SingleOrDefault().Message;
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    [Theory]
    [InlineData("""{ "apiToken": { "value": "t" }, "revoke": ["sessions", "memberships"] }""", "revoke[1]", "has a call")]
    [InlineData("""{ "apiToken": { "value": "t" }, "revoke": ["factors", "factors"] }""", "revoke[1]", "once")]
    public void Access_that_cannot_be_ended_is_a_fault(string rest, string path, string message)
    {
        var fault = Assert.Single(Faults($$"""{ "baseUrl": "https://corp.okta.com", {{rest[1..]}}"""));

        Assert.Equal(path, fault.Path);
        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Access_is_ended_as_far_as_the_scopes_go_that_are_named()
    {
        using var key = RSA.Create(2048);
        OktaTargetOptions Options(params AccessKind[] revoke) => new()
        {
            BaseUrl = "https://corp.okta.com",
            ClientId = "0oa",
            PrivateKey = new SecretReference { Value = key.ExportPkcs8PrivateKeyPem() },
            Scopes = ["okta.users.read", "okta.users.manage", "okta.roles.read", "okta.roles.manage"],
            Revoke = revoke.Length == 0 ? null : [.. revoke],
        };

        Assert.Empty(Options().Faults());
        Assert.Equal([AccessKind.Sessions, AccessKind.Grants, AccessKind.Roles], OktaAccess.Revoked(Options()));
        var fault = Assert.Single(Options(AccessKind.Roles, AccessKind.Tokens).Faults());
        Assert.Equal("revoke[1]", fault.Path);
        Assert.Contains("okta.apiTokens.read and okta.apiTokens.manage", fault.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<ConfigurationFault> Faults(string json) => JsonSerializer.Deserialize<OktaTargetOptions>(json, Json)!.Faults();
}
