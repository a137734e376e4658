using NodaTime;
using ScimBridge.Connectors.Targets.Scim;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Tests.Targets.Scim;

/// <summary>What groups a user is in, by servers that show it in one way, in another, or not at all.</summary>
public sealed class ScimAccessTests : IDisposable
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly ScimWire wire = new();

    public void Dispose() => wire.Dispose();

    [Fact]
    public async Task Groups_on_the_user_are_taken_but_for_those_through_a_group()
    {
        wire.On("GET", "/Users/7", 200, """{"id":"7","groups":[{"value":"g1"},{"value":"g2","type":"direct"},{"value":"g3","type":"indirect"}]}""");

        var reading = await ReadAsync();

        Assert.Equal(["g1", "g2"], reading.Left);
        Assert.Equal(("GET Users/{id}?attributes=groups", "2 groups"), (reading.Method, reading.Value));
        Assert.Equal("?attributes=groups", wire.LastAddress.Query);
    }

    [Theory]
    [InlineData("""[{"display":"Sales"}]""", "Sales")]
    [InlineData("""["g1"]""", "g1")]
    [InlineData("[{}]", "unnamed")]
    public async Task Group_that_is_shown_oddly_is_left_all_the_same(string groups, string left)
    {
        wire.On("GET", "/Users/7", 200, $$"""{"id":"7","groups":{{groups}}}""");

        Assert.Equal([left], (await ReadAsync()).Left);
    }

    [Fact]
    public async Task Groups_are_searched_by_member_where_the_user_shows_none()
    {
        wire.On("GET", "/Users/7", 200, """{"id":"7"}""").On("GET", "/Groups", 200, ScimWire.List());

        Assert.Equal([], (await ReadAsync()).Left);
        Assert.Equal("""?filter=members.value eq "7"&startIndex=1&count=100&excludedAttributes=members""", Uri.UnescapeDataString(wire.LastAddress.Query));
    }

    [Fact]
    public async Task Search_that_answers_with_the_groups_of_anybody_says_nothing()
    {
        wire.On("GET", "/Users/7", 200, """{"id":"7","groups":[]}""").On("GET", "/Groups", 200, ScimWire.List("""{"id":"g1"}""", """{"id":"g2"}"""));

        var reading = await ReadAsync();

        Assert.Null(reading.Left);
        Assert.Contains("those of others", reading.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(501)]
    public async Task Server_without_that_search_cannot_tell(int status)
    {
        wire.On("GET", "/Users/7", 200, """{"id":"7"}""").On("GET", "/Groups", status, """{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"detail":"no"}""");

        var reading = await ReadAsync();

        Assert.Null(reading.Left);
        Assert.Contains($"not searched by member: {status}", reading.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, "{}", typeof(Outcome.Retry))]
    [InlineData(401, "{}", typeof(Outcome.Stop))]
    [InlineData(200, "<html>", typeof(Outcome.Retry))]
    public async Task Search_that_fails_is_no_reading(int status, string body, Type outcome)
    {
        wire.On("GET", "/Users/7", 200, """{"id":"7"}""").On("GET", "/Groups", status, body);

        var (got, reading) = await wire.Target.ReadAccessAsync(AccessKind.Memberships, "7", Instant.MinValue, None);

        Assert.IsType(outcome, got);
        Assert.Null(reading);
    }

    [Fact]
    public void Target_without_groups_declares_no_memberships()
    {
        var options = wire.Options();
        options.Groups = false;
        using var target = new ScimTarget(options, wire.Clock);

        Assert.Empty(target.Capabilities.ReadsAccess);
        Assert.Empty(target.Capabilities.Revokes);
        Assert.Equal([AccessKind.Memberships], wire.Target.Capabilities.ReadsAccess);
    }

    private async Task<AccessReading> ReadAsync()
    {
        var (outcome, reading) = await wire.Target.ReadAccessAsync(AccessKind.Memberships, "7", Instant.MinValue, None);
        Assert.IsType<Outcome.Done>(outcome);
        return reading!;
    }
}
