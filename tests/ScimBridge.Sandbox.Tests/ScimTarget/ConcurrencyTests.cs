using System.Collections.Concurrent;
using System.Globalization;

namespace ScimBridge.Sandbox.Tests.ScimTarget;

public sealed class ConcurrencyTests
{
    private const int Writers = 32;

    [Fact]
    public async Task No_member_is_lost_when_32_writers_add_to_one_group()
    {
        await using var client = await TargetClient.StartAsync();
        var group = (await client.CreateGroupAsync("Everybody")).Id;

        await Parallel.ForAsync(0, 640, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (i, _) =>
        {
            var user = await client.CreateUserAsync(string.Create(CultureInfo.InvariantCulture, $"user{i}"));
            var added = await client.PatchAsync($"/Groups/{group}", $"{{'op':'add','path':'members','value':[{{'value':'{user.Id}'}}]}}");
            Assert.Equal(204, added.Status);
            if (i % 4 == 0)
                Assert.Equal(204, (await client.PatchAsync($"/Groups/{group}", $"{{'op':'remove','path':'members[value eq \\'{user.Id}\\']'}}")).Status);
            else if (i % 4 == 1)
                Assert.Equal(204, (await client.SendAsync("DELETE", $"/Users/{user.Id}")).Status);
        });

        var state = client.Target.FindGroup("Everybody")!;
        var expected = Enumerable.Range(0, 640).Where(i => i % 4 > 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"user{i}"));
        Assert.Equal(expected.Order(StringComparer.Ordinal), state.Members);
        Assert.Equal(1 + 640 + 320, state.Version);
        Assert.Equal(480, client.Target.UserCount);
    }

    [Fact]
    public async Task Exactly_one_of_32_writers_gets_a_user_name()
    {
        await using var client = await TargetClient.StartAsync();

        for (var name = 0; name < 10; name++)
        {
            var userName = string.Create(CultureInfo.InvariantCulture, $"user{name}");
            var replies = await Task.WhenAll(Enumerable.Range(0, Writers).Select(i =>
                client.CreateUserAsync(i % 2 == 0 ? userName : userName.ToUpperInvariant(), userName)));
            Assert.Equal(1, replies.Count(reply => reply.Status == 201));
            Assert.Equal(Writers - 1, replies.Count(reply => reply.Status == 409));
        }

        Assert.Equal(10, client.Target.UserCount);
        Assert.All(client.Target.Calls.Creates["Users"].Values, count => Assert.Equal(1, count));
    }

    [Fact]
    public async Task Exactly_one_of_32_writers_changes_a_version()
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");
        var statuses = new ConcurrentBag<int>();

        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async i => statuses.Add((await client.SendAsync(
            "PUT", $"/Users/{user.Id}", TargetClient.User("ann", string.Create(CultureInfo.InvariantCulture, $"w{i}")), ("If-Match", user.ETag!))).Status)));

        Assert.Equal(1, statuses.Count(status => status == 200));
        Assert.Equal(Writers - 1, statuses.Count(status => status == 412));
        Assert.Equal(2, client.Target.FindUser("ann")!.Version);
    }

    [Fact]
    public async Task Lists_are_whole_while_writers_write()
    {
        await using var client = await TargetClient.StartAsync(new() { MaxPageSize = 1000 });

        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = Writers }, async (i, _) =>
        {
            var user = await client.CreateUserAsync(string.Create(CultureInfo.InvariantCulture, $"user{i}"));
            var list = await client.GetAsync("/Users");
            Assert.Equal(list.Total, list.Ids.Distinct().Count());
            if (i % 2 == 0)
                await client.SendAsync("DELETE", $"/Users/{user.Id}");
        });

        Assert.Equal(150, client.Target.UserCount);
    }
}
