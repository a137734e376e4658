using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Connectors;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Tests.Signals;

public sealed class SignalsOptionsTests
{
    private const string Sound =
        """ "endpoint": "https://r.example/events", "audience": "https://r.example", "events": ["https://schemas.openid.net/secevent/caep/event-type/session-revoked"] """;

    [Theory]
    [InlineData(""" "streams": {} """, "issuer")]
    [InlineData(""" "issuer": "http://bridge.example" """, "issuer")]
    [InlineData(""" "issuer": "https://bridge.example?x=1" """, "issuer")]
    [InlineData(""" "issuer": "https://b.example", "subject": { "format": "phone" } """, "subject.format")]
    [InlineData(""" "issuer": "https://b.example", "subject": { "format": "email", "issuer": "https://login.example" } """, "subject.issuer")]
    [InlineData(""" "issuer": "https://b.example", "subject": { "placement": "header" } """, "subject.placement")]
    [InlineData(""" "issuer": "https://b.example", "clients": { "okta": { "audience": " " } } """, "clients.okta.audience")]
    [InlineData(""" "issuer": "https://b.example", "clients": { "okta": { "subject": { "format": "?" } } } """, "clients.okta.subject.format")]
    [InlineData(""" "issuer": "https://b.example", "sealKey": { "value": "short" } """, "sealKey")]
    [InlineData(""" "issuer": "https://b.example", "sealKey": { "env": "NO_SUCH_KEY" } """, "sealKey.env")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "Okta": {} } """, "streams.Okta")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "timeoutSeconds": 0 } } """, "streams.okta.timeoutSeconds")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "authorization": { "env": "NO_SUCH_KEY" } } } """, "streams.okta.authorization.env")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "authorization": { "value": "Bearer a\nb" } } } """, "streams.okta.authorization")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "endpoint": "http://r.example" } } """, "streams.okta.endpoint")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "endpoint": "https://192.168.0.1/x" } } """, "streams.okta.endpoint")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "audience": "" } } """, "streams.okta.audience")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "events": [] } } """, "streams.okta.events")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "events": ["session-revoked"] } } """, "streams.okta.events[0]")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "events": ["https://schemas.openid.net/secevent/ssf/event-type/verification"] } } """, "streams.okta.events[0]")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "subject": { "placement": "event" }, "events": ["urn:ietf:params:scim:event:prov:delete"] } } """, "streams.okta.events[0]")]
    [InlineData(""" "issuer": "https://b.example", "streams": { "okta": { "subject": { "format": "mail" } } } """, "streams.okta.subject.format")]
    public void Fault_is_said_with_its_path(string signals, string path)
    {
        var faults = Assert.Throws<ConfigurationException>(() => Parse(signals)).Faults;

        Assert.Equal("$.signals." + path, Assert.Single(faults).Path);
    }

    [Fact]
    public void Sound_signals_are_read_and_the_public_address_is_the_issuer()
    {
        var configuration = BridgeConfiguration.Parse(
            $$"""{ "server": { "publicUrl": "https://bridge.example/" }, "signals": { "streams": { "okta": { {{Sound}}, "authorization": { "value": "Bearer a" } } } } }""",
            "bridge.json", new Dictionary<string, string>());

        Assert.Equal("https://bridge.example", SignalsOptions.IssuerOf(configuration.Options));
        Assert.Null(Parse(null).Options.Signals);
    }

    [Fact]
    public void Signals_and_keys_say_nothing_about_workers_and_accounts()
    {
        ConfigurationFingerprint Of(string json) => ConfigurationFingerprint.Of(JsonNode.Parse(json)!.AsObject());

        Assert.Equal(Of("{}").All, Of("""{ "signals": { "issuer": "https://b.example" }, "signing": { "publishGenerated": true } }""").All);
    }

    [Fact]
    public void Plan_needs_neither_keys_nor_credentials()
    {
        const string json = """{ "signing": { "keys": [{ "key": { "file": "nowhere.pem" } }] }, "signals": { "streams": { "okta": {} } } }""";

        Assert.Null(PlannedConfiguration.Parse(json, "bridge.json", new Dictionary<string, string>()).Options.Signals);
        Assert.Throws<ConfigurationException>(() => BridgeConfiguration.Parse(json, "bridge.json", new Dictionary<string, string>()));
    }

    [Fact]
    public void Sealed_credential_opens_with_its_key_for_its_stream_alone()
    {
        var seal = new CredentialSeal(new SecretReference { Value = new string('k', 32) });
        var text = seal.Seal("stream-1", "Bearer secret")!;

        Assert.Equal("Bearer secret", seal.Open("stream-1", text));
        Assert.Null(seal.Open("stream-2", text));
        Assert.Null(new CredentialSeal(new SecretReference { Value = new string('l', 32) }).Open("stream-1", text));
        Assert.Null(new CredentialSeal(new SecretReference { Env = "NO_SUCH_KEY" }).Seal("stream-1", "x"));
        Assert.Null(seal.Open("stream-1", Convert.ToBase64String([1, 2, 3])));
        Assert.NotEqual(text, seal.Seal("stream-1", "Bearer secret"));
        Assert.DoesNotContain("secret", Encoding.Latin1.GetString(Convert.FromBase64String(text)), StringComparison.Ordinal);
    }

    // What a case does not say of a stream is sound.
    private static BridgeConfiguration Parse(string? signals)
    {
        var json = JsonNode.Parse(signals is null ? "{}" : $$"""{ "signals": { {{signals}} } }""")!.AsObject();
        foreach (var (_, stream) in json["signals"]?["streams"]?.AsObject() ?? [])
        {
            foreach (var (name, value) in JsonNode.Parse($"{{{Sound}}}")!.AsObject())
                stream!.AsObject().TryAdd(name, value!.DeepClone());
        }

        return BridgeConfiguration.Parse(json.ToJsonString(), "bridge.json", new Dictionary<string, string>());
    }
}
