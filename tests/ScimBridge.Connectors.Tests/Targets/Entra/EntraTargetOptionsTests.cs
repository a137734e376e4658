using System.Text.Json;
using System.Text.Json.Serialization;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Entra;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

public sealed class EntraTargetOptionsTests
{
    private const string Sound =
        "\"tenantId\": \"corp.onmicrosoft.com\", \"clientId\": \"0f1e2d3c-4b5a-4697-8877-665544332211\", \"correlationAttribute\": \"extensionAttribute15\"";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    [Fact]
    public void Kind_is_listed_and_opens_what_its_options_say()
    {
        var kind = TargetKinds.All["entra"];
        var options = (IConnectorOptions)JsonSerializer.Deserialize(
            $$"""
            { {{Sound}}, "credential": { "secret": { "value": "t" } }, "cloud": "usGov", "match": ["userPrincipalName"], "membersPerCall": 7, "groups": false }
            """, kind.OptionsType, Json)!;

        Assert.Empty(options.Faults());
        using var target = kind.Open(options, TimeProvider.System);
        Assert.Equal((7, false, false, true), (target.Capabilities.MembersPerCall, target.Capabilities.Groups, target.Capabilities.Delete, target.Capabilities.Disable));
    }

    [Fact]
    public void All_faults_are_listed_at_once_with_their_path() =>
        Assert.Equal(
            [
                "tenantId", "clientId", "credential", "baseUrl", "authorityHost", "inFlight", "timeoutSeconds", "correlationAttribute", "match",
                "userPrincipalNameSuffix", "profile.userPrincipalName", "profile.passwordProfile", "profile.jobTitle", "revoke[0]", "revoke[2]", "membersPerCall",
            ],
            Faults(
                """
                {
                  "baseUrl": "http://graph.example", "authorityHost": "login.example", "correlationAttribute": "employeeId", "clientId": "x",
                  "match": ["employeeId", "employeeId"], "userPrincipalNameSuffix": "corp.example",
                  "profile": { "userPrincipalName": "", "passwordProfile": "title", "jobTitle": "a b" },
                  "revoke": ["tokens", "roles", "roles"], "inFlight": 0, "membersPerCall": 0, "timeoutSeconds": 0
                }
                """).Select(f => f.Path));

    [Theory]
    [InlineData("""{ "secret": { "value": "t" }, "workloadIdentity": { "tokenFile": "f" } }""", "credential")]
    [InlineData("""{ "secret": { "env": "SCIMBRIDGE_TESTS_NOT_SET" } }""", "credential.secret.env")]
    [InlineData("""{ "certificate": { } }""", "credential.certificate.file")]
    [InlineData("""{ "certificate": { "file": "/nowhere/at.pem" } }""", "credential.certificate.file")]
    [InlineData("""{ "certificate": { "file": "/dev/null" } }""", "credential.certificate.file")]
    [InlineData("""{ "certificate": { "file": "/nowhere/at.pfx", "password": { } } }""", "credential.certificate.password")]
    public void Credential_that_would_not_do_is_a_fault(string credential, string path) =>
        Assert.Equal(path, Assert.Single(Faults($$"""{ {{Sound}}, "credential": {{credential}} }""")).Path);

    [Theory]
    [InlineData("extensionAttribute1", true)]
    [InlineData("extensionAttribute15", true)]
    [InlineData("extensionAttribute16", false)]
    [InlineData("extensionAttribute0", false)]
    [InlineData("extension_0123456789abcdef0123456789abcdef_hrKey", true)]
    [InlineData("extension_0123456789abcdef_hrKey", false)]
    [InlineData("employeeId", false)]
    public void Key_is_carried_by_an_extension_alone(string attribute, bool possible) =>
        Assert.Equal(possible, Faults($$"""{ {{Sound}}, "credential": { "secret": { "value": "t" } }, "correlationAttribute": "{{attribute}}" }""").Count == 0);

    // https://learn.microsoft.com/en-us/graph/deployments
    [Theory]
    [InlineData(EntraCloud.Global, "https://login.microsoftonline.com", "https://graph.microsoft.com")]
    [InlineData(EntraCloud.UsGov, "https://login.microsoftonline.us", "https://graph.microsoft.us")]
    [InlineData(EntraCloud.Dod, "https://login.microsoftonline.us", "https://dod-graph.microsoft.us")]
    [InlineData(EntraCloud.China, "https://login.chinacloudapi.cn", "https://microsoftgraph.chinacloudapi.cn")]
    public void Every_cloud_has_its_own_endpoints(EntraCloud cloud, string authority, string graph) =>
        Assert.Equal(new EntraEndpoints(authority, graph), EntraEndpoints.Of(cloud));

    private static IReadOnlyList<ConfigurationFault> Faults(string json) => JsonSerializer.Deserialize<EntraTargetOptions>(json, Json)!.Faults();
}
