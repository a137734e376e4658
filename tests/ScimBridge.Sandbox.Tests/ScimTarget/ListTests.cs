using System.Globalization;

namespace ScimBridge.Sandbox.Tests.ScimTarget;

public sealed class ListTests
{
    [Theory]
    [InlineData("userName eq \"ANN\"", "ann")]
    [InlineData("USERNAME EQ \"ann\"", "ann")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"ann\"", "ann")]
    [InlineData("externalId eq \"w2\"", "bob")]
    [InlineData("externalId eq \"W2\"", "")]
    [InlineData("displayName eq \"ann ång\"", "ann,bob,o\"hara")]
    [InlineData("emails.value eq \"Bob@example.com\"", "bob")]
    [InlineData("emails eq \"bob@example.com\"", "bob")]
    [InlineData("displayName eq \"Ann Ång\"  and  externalId eq \"w1\"", "ann")]
    [InlineData("externalId eq \"w1\" AND userName eq \"bob\"", "")]
    [InlineData("userName eq \"o\\\"hara\"", "o\"hara")]
    [InlineData("userName eq \"nobody\"", "")]
    public async Task Filter_finds_exactly_the_users_it_names(string filter, string expected)
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann", "w1");
        await client.CreateUserAsync("bob", "w2");
        await client.CreateUserAsync("o\"hara", "w3");

        var reply = await client.FindAsync("Users", filter);

        Assert.Equal(200, reply.Status);
        Assert.Equal(expected, string.Join(',', reply.Json["Resources"]!.AsArray().Select(user => (string?)user!["userName"])));
    }

    [Theory]
    [InlineData("")]
    [InlineData("userName")]
    [InlineData("userName eq")]
    [InlineData("userName eq ann")]
    [InlineData("userName eq 'ann'")]
    [InlineData("userName eq \"ann")]
    [InlineData("userName eq \"ann\"x")]
    [InlineData("userName eq true")]
    [InlineData("userName eq {}")]
    [InlineData("userName sw \"a\"")]
    [InlineData("userName pr")]
    [InlineData("title eq \"x\"")]
    [InlineData("members eq \"x\"")]
    [InlineData("userName eq \"a\" or userName eq \"b\"")]
    [InlineData("userName eq \"a\" and")]
    [InlineData("userName eq \"\\ud800\"")]
    [InlineData("userName eq \"\\udc00\\ud800\"")]
    [InlineData("emails.value eq \"a\\ud800\"")]
    [InlineData("\\ud800 eq \"a\"")]
    public async Task Filter_that_is_not_supported_is_refused_not_answered_with_everybody(string filter)
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann");

        var reply = await client.FindAsync("Users", filter);

        Assert.Equal((400, "invalidFilter"), (reply.Status, reply.ScimType));
    }

    [Fact]
    public async Task Pages_cover_everybody_once_in_order_of_creation()
    {
        await using var client = await TargetClient.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 7; i++)
            ids.Add((await client.CreateUserAsync(string.Create(CultureInfo.InvariantCulture, $"user{i}"))).Id);
        await client.SendAsync("DELETE", $"/Users/{ids[2]}");
        ids.RemoveAt(2);

        var first = await client.GetAsync("/Users?startIndex=1&count=4");
        var second = await client.GetAsync("/Users?startIndex=5&count=4");

        Assert.Equal(ids, [.. first.Ids, .. second.Ids]);
        Assert.Equal((6, 6), (first.Total, second.Total));
        Assert.Equal((5, 2), ((int)second.Json["startIndex"]!, (int)second.Json["itemsPerPage"]!));
    }

    [Theory]
    [InlineData("?count=0", 0)]
    [InlineData("?count=-3", 0)]
    [InlineData("?startIndex=-1&count=1", 1)]
    [InlineData("?startIndex=9", 0)]
    [InlineData("?count=50", 2)]
    [InlineData("", 2)]
    public async Task Page_is_never_larger_than_asked_or_allowed(string query, int expected)
    {
        await using var client = await TargetClient.StartAsync(new() { MaxPageSize = 2 });
        foreach (var name in (string[])["a", "b", "c"])
            await client.CreateUserAsync(name);

        var reply = await client.GetAsync("/Users" + query);

        Assert.Equal((200, 3, expected), (reply.Status, reply.Total, reply.Ids.Length));
        Assert.Equal(expected, (int)reply.Json["itemsPerPage"]!);
    }

    [Fact]
    public async Task Index_that_is_no_number_is_refused()
    {
        await using var client = await TargetClient.StartAsync();

        Assert.Equal("invalidValue", (await client.GetAsync("/Users?startIndex=one")).ScimType);
    }

    [Theory]
    [InlineData("/ServiceProviderConfig", "patch")]
    [InlineData("/ResourceTypes", "Resources")]
    [InlineData("/ResourceTypes/User", "schemaExtensions")]
    [InlineData("/Schemas", "Resources")]
    [InlineData("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group", "attributes")]
    public async Task Target_describes_itself(string path, string holds)
    {
        await using var client = await TargetClient.StartAsync();

        var reply = await client.GetAsync(path);

        Assert.Equal((200, "application/scim+json"), (reply.Status, reply.ContentType));
        Assert.NotNull(reply.Json[holds]);
        Assert.NotNull(reply.Json["schemas"]);
    }
}
