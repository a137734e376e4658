using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>What a server says of itself, and what becomes of it where it says nothing or nonsense.</summary>
public sealed class ScimDiscoveryTests : IDisposable
{
    private const string Config = """{"patch":{"supported":true},"filter":{"supported":true,"maxResults":5},"etag":{"supported":false}}""";

    private const string NoPatch = """{"patch":{"supported":false}}""";

    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ScimWire wire = new(options => options.Discover = true);

    public void Dispose() => wire.Dispose();

    private int Asked => wire.Calls.Count(call => call.Contains("/ServiceProviderConfig", StringComparison.Ordinal));

    [Theory]
    [InlineData(404, null)]
    [InlineData(401, null)]
    [InlineData(403, "{}")]
    [InlineData(200, "<html>Welcome</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, "{\"Resources\":[{\"id\":7,\"attributes\":\"none\"}],\"patch\":true,\"filter\":{\"maxResults\":-1}}")]
    [InlineData(500, null)]
    public async Task Server_that_says_nothing_or_nonsense_is_spoken_to_by_the_RFC(int status, string? body)
    {
        foreach (var document in new[] { "/ServiceProviderConfig", "/ServiceProviderConfigs", "/ResourceTypes", "/Schemas" })
            wire.On("GET", document, status, body);
        wire.On("POST", "/Users", 201, """{"id":"1"}""").On("PATCH", "/Users/1", 204);

        Assert.Equal(new Outcome.Done("1"), await wire.Target.CreateAsync(ScimWire.User(), None));
        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, None));
    }

    [Theory]
    [InlineData("/ServiceProviderConfig")]
    [InlineData("/ServiceProviderConfigs")]
    public async Task Server_without_PATCH_is_written_to_by_PUT(string document)
    {
        wire.On("GET", document, 200, NoPatch).On("GET", "/Users/1", 200, """{"id":"1","userName":"u","active":true}""").On("PUT", "/Users/1", 200, """{"id":"1","active":false}""");

        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, None));
        Assert.Equal("""{"id":"1","userName":"u","active":false}""", wire.LastBody.ToJsonString());
    }

    [Fact]
    public async Task Server_without_filters_is_read_page_by_page_of_its_size()
    {
        wire.On("GET", "/ServiceProviderConfig", 200, """{"filter":{"supported":false,"maxResults":5}}""").On("GET", "/Users", 200, ScimWire.List(ScimWire.Resource("7")));

        Assert.Equal(new Outcome.Exists("7"), await wire.Target.FindAsync(AccountKind.User, ScimWire.Key, None));
        Assert.Equal("?startIndex=1&count=5", wire.LastAddress.Query);
    }

    [Fact]
    public async Task Collections_are_where_the_server_says_and_groups_are_refused_where_it_has_none()
    {
        wire.On("GET", "/ResourceTypes", 200, """{"Resources":[{"name":"User","endpoint":"/people","schema":"urn:ietf:params:scim:schemas:core:2.0:User"}]}""")
            .On("DELETE", "/people/1", 204);

        Assert.Equal(new Outcome.Done("1"), await wire.Target.DeleteAsync(AccountKind.User, "1", None));
        Assert.Contains("no groups", Assert.IsType<Outcome.Rejected>(await wire.Target.ChangeMembersAsync("g", ["1"], [], None)).Reason, StringComparison.Ordinal);
        Assert.Contains("no groups", Assert.IsType<Outcome.Rejected>(await wire.Target.CreateAsync(ScimWire.User() with { Kind = AccountKind.Group }, None)).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://evil.example/Users")]
    [InlineData("/../admin")]
    [InlineData("/Users?x=1")]
    public async Task Endpoint_that_would_lead_elsewhere_is_not_believed(string endpoint)
    {
        wire.On("GET", "/ResourceTypes", 200, $$"""{"Resources":[{"endpoint":"{{endpoint}}","schema":"urn:ietf:params:scim:schemas:core:2.0:User"}]}""")
            .On("DELETE", "/Users/1", 204);

        Assert.Equal(new Outcome.Done("1"), await wire.Target.DeleteAsync(AccountKind.User, "1", None));
        Assert.Equal("DELETE /scim/v2/Users/1", wire.Calls[^1]);
    }

    [Fact]
    public async Task What_only_the_server_writes_is_not_sent()
    {
        wire.On("GET", "/Schemas", 200, """
            {"Resources":[
              {"id":"urn:ietf:params:scim:schemas:core:2.0:User","attributes":[{"name":"displayName","mutability":"readOnly"},{"name":"title","mutability":"readWrite"}]},
              {"id":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","attributes":[{"name":"department","mutability":"readOnly"}]}]}
            """).On("POST", "/Users", 201, """{"id":"1"}""");

        await wire.Target.CreateAsync(ScimWire.User(), None);

        Assert.Null(wire.LastBody["displayName"]);
        Assert.Null(wire.LastBody["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"]?["department"]);
        Assert.NotNull(wire.LastBody["emails"]);
    }

    [Fact]
    public async Task Server_is_asked_once_a_day_by_one_of_many()
    {
        wire.On("GET", "/ServiceProviderConfig", 200, Config).On("GET", "/ResourceTypes", 404).On("GET", "/Schemas", 404).On("PATCH", "/Users/1", 204);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DisableAsync()));
        Assert.Equal(1, Asked);

        wire.Clock.Advance(TimeSpan.FromHours(23));
        await DisableAsync();
        Assert.Equal(1, Asked);

        wire.Clock.Advance(TimeSpan.FromHours(2));
        await DisableAsync();
        Assert.Equal(2, Asked);
    }

    [Fact]
    public async Task Server_out_of_order_is_asked_again_soon_and_what_it_said_before_counts_meanwhile()
    {
        wire.InTurn("GET", "/ServiceProviderConfig", (503, null, null), (200, NoPatch, null), (503, null, null)).On("PATCH", "/Users/1", 204)
            .On("GET", "/Users/1", 200, """{"id":"1","active":true}""").On("PUT", "/Users/1", 200, """{"id":"1","active":false}""");

        await DisableAsync();
        Assert.Equal("PATCH /scim/v2/Users/1", wire.Calls[^1]);

        wire.Clock.Advance(TimeSpan.FromMinutes(11));
        await DisableAsync();
        Assert.Equal("PUT /scim/v2/Users/1", wire.Calls[^1]);

        wire.Clock.Advance(TimeSpan.FromDays(2));
        await DisableAsync();
        Assert.Equal(("PUT /scim/v2/Users/1", 3), (wire.Calls[^1], Asked));
    }

    private async Task DisableAsync() =>
        Assert.Equal(new Outcome.Done("1"), await wire.Target.UpdateAsync(AccountKind.User, "1", [], active: false, None));
}
