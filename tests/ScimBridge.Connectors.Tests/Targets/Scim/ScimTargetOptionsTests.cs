using System.Text.Json;
using System.Text.Json.Serialization;
using ScimBridge.Connectors.Targets;
using ScimBridge.Connectors.Targets.Scim;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

public sealed class ScimTargetOptionsTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    [Fact]
    public void Kind_is_listed_and_opens_what_its_options_say()
    {
        var kind = TargetKinds.All["scim"];
        var options = Options(kind.OptionsType, """{ "baseUrl": "https://idp.example/scim/v2", "token": { "value": "t" }, "membersPerCall": 7, "groups": false }""");

        Assert.Empty(options.Faults());
        using var target = kind.Open(options, TimeProvider.System);
        Assert.Equal((7, false, true), (target.Capabilities.MembersPerCall, target.Capabilities.Groups, target.Capabilities.Disable));
    }

    [Fact]
    public void All_faults_are_listed_at_once_with_their_path() =>
        Assert.Equal(
            ["baseUrl", "token", "timeoutSeconds", "inFlight", "membersPerCall"],
            Options("""{ "timeoutSeconds": 0, "inFlight": 0, "membersPerCall": 0 }""").Faults().Select(fault => fault.Path));

    [Theory]
    [InlineData("idp.example/scim")]
    [InlineData("ftp://idp.example/scim")]
    [InlineData("http://idp.example/scim")]
    [InlineData("https://user:pass@idp.example/scim")]
    [InlineData("https://idp.example/scim?key=1")]
    public void Address_that_would_not_do_is_a_fault(string baseUrl) =>
        Assert.Equal("baseUrl", Assert.Single(Options($$"""{ "baseUrl": "{{baseUrl}}", "token": { "value": "t" } }""").Faults()).Path);

    [Theory]
    [InlineData("""{ }""", "token")]
    [InlineData("""{ "env": "A", "value": "B" }""", "token")]
    [InlineData("""{ "env": "SCIMBRIDGE_TESTS_NOT_SET" }""", "token.env")]
    [InlineData("""{ "file": "no-such-folder/no-such-file" }""", "token.file")]
    [InlineData("""{ "value": " " }""", "token.value")]
    [InlineData("""{ "value": "s3cret\r\nX-Evil: 1" }""", "token.value")]
    public void Token_that_cannot_be_had_or_sent_is_a_fault(string token, string path)
    {
        var fault = Assert.Single(Options($$"""{ "baseUrl": "https://idp.example", "token": {{token}} }""").Faults());

        Assert.Equal(path, fault.Path);
        Assert.DoesNotContain("s3cret", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"dialect\": \"aws\"", "dialect")]
    [InlineData("\"match\": [\"emails\", \"emails\"]", "match")]
    [InlineData("\"pageSize\": 0", "pageSize")]
    [InlineData("\"usersPath\": \"../admin\"", "usersPath")]
    [InlineData("\"groupsPath\": \"a/b\"", "groupsPath")]
    [InlineData("\"required\": [\"userName\", \"a..b\"]", "required[1]")]
    [InlineData("\"headers\": { \"Authorization\": \"x\" }", "headers['Authorization']")]
    [InlineData("\"headers\": { \"X\": \"a\\r\\nb\" }", "headers['X']")]
    [InlineData("\"oauth\": { \"tokenUrl\": \"https://l.example/t\", \"clientId\": \"c\", \"clientSecret\": { \"value\": \"s\" } }", "token")]
    public void Trait_that_would_not_do_is_a_fault(string json, string path) =>
        Assert.Equal(path, Assert.Single(Options($$"""{ "baseUrl": "https://idp.example", "token": { "value": "t" }, {{json}} }""").Faults()).Path);

    [Theory]
    [InlineData("""{ }""", "oauth.tokenUrl", "oauth.clientId", "oauth.clientSecret")]
    [InlineData("""{ "tokenUrl": "http://l.example/t", "clientId": "c", "clientSecret": { "value": "s" } }""", "oauth.tokenUrl")]
    [InlineData("""{ "tokenUrl": "https://l.example/t", "clientId": "c", "clientSecret": { "env": "SCIMBRIDGE_TESTS_NOT_SET" } }""", "oauth.clientSecret.env")]
    public void Client_that_cannot_ask_for_a_token_is_a_fault(string oauth, params string[] paths) =>
        Assert.Equal(paths, Options($$"""{ "baseUrl": "https://idp.example", "oauth": {{oauth}} }""").Faults().Select(fault => fault.Path));

    [Fact]
    public void Secrets_are_looked_for_beside_the_configuration()
    {
        var options = Options("""{ "baseUrl": "https://idp.example", "oauth": { "clientSecret": { "file": "secret" } } }""");

        options.Locate(file => "/etc/bridge/" + file);

        Assert.Equal("/etc/bridge/secret", ((ScimTargetOptions)options).OAuth!.ClientSecret!.File);
    }

    [Fact]
    public void Token_is_read_from_a_file_without_the_line_break_behind_it()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "t0ken\n");
        try
        {
            Assert.Equal("t0ken", new SecretReference { File = file }.Read());
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IConnectorOptions Options(string json) => Options(typeof(ScimTargetOptions), json);

    private static IConnectorOptions Options(Type type, string json) =>
        (IConnectorOptions)JsonSerializer.Deserialize(json, type, Json)!;
}
