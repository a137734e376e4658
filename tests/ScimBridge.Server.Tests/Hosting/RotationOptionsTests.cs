using System.Collections;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Tests.Hosting;

/// <summary>What is configured of rotation and of targets' service accounts: everything that is wrong is said at once, each with its path.</summary>
public sealed class RotationOptionsTests
{
    [Fact]
    public void All_faults_are_listed_at_once_with_their_paths()
    {
        var faults = Faults(
            """
            "rotation": {
              "vault": { "folder": "v", "hashiCorp": { "baseUrl": "http://vault", "mount": "a b", "timeoutSeconds": 0, "appRole": {} } }, "path": "fixed/place",
              "handover": { "url": "ftp://x" }, "overlapHours": -1, "discoverEveryHours": 100000
            },
            "targets": {
              "entra": {
                "kind": "entra", "tenantId": "corp.example", "clientId": "0f1e2d3c-4b5a-4697-8877-665544332211", "credential": { "secret": { "value": "s" } },
                "correlationAttribute": "extensionAttribute1", "cloud": "china", "serviceAccounts": { "applications": false, "readUse": true }
              },
              "okta": {
                "kind": "okta", "baseUrl": "https://corp.okta.com", "apiToken": { "value": "t" }, "serviceAccounts": { "apps": false, "apiTokens": false }
              },
              "corp": {
                "kind": "scim", "baseUrl": "https://corp.example/scim/v2", "token": { "value": "x" },
                "serviceAccounts": { "find": [{ "attribute": "a b", "value": "" }], "probeUrl": "http://corp.example/me" }
              }
            }
            """);

        foreach (var path in new[]
        {
            "$.rotation.vault", "$.rotation.vault.hashiCorp.baseUrl", "$.rotation.vault.hashiCorp.mount", "$.rotation.vault.hashiCorp.timeoutSeconds",
            "$.rotation.vault.hashiCorp.appRole.roleId", "$.rotation.vault.hashiCorp.appRole.secretId", "$.rotation.path", "$.rotation.handover", "$.rotation.handover.url",
            "$.rotation.handover.keys", "$.rotation.overlapHours", "$.rotation.discoverEveryHours", "$.targets.entra.serviceAccounts", "$.targets.entra.serviceAccounts.readUse",
            "$.targets.okta.serviceAccounts", "$.targets.corp.serviceAccounts.find[0].attribute", "$.targets.corp.serviceAccounts.find[0].value",
            "$.targets.corp.serviceAccounts.probeUrl",
        })
            Assert.Contains(path + ":", faults, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scimbridge/{target}", false)]
    [InlineData("/scimbridge/{id}", false)]
    [InlineData("../{id}", false)]
    [InlineData("scimbridge/{id}", true)]
    [InlineData("apps/{target}-{remoteId}", true)]
    public void Path_names_each_account_and_stays_within_the_vault(string path, bool isSound)
    {
        var text = $$"""{ "rotation": { "path": "{{path}}" } }""";
        if (isSound)
            Assert.Equal("apps~2fx", BridgeConfiguration.Parse(text, "/etc/scimbridge/bridge.json", new Hashtable()).Options.Rotation.Filled("corp", "apps/x", "apps/x").Split('/', '-')[^1]);
        else
            Assert.Contains("$.rotation.path:", Assert.Throws<ConfigurationException>(() => BridgeConfiguration.Parse(text, "/etc/scimbridge/bridge.json", new Hashtable())).Message, StringComparison.Ordinal);
    }

    private static string Faults(string sections) =>
        Assert.Throws<ConfigurationException>(() => BridgeConfiguration.Parse("{" + sections + "}", "/etc/scimbridge/bridge.json", new Hashtable())).Message;
}
