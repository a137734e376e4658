using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Tests.Hosting;

public sealed class SharedLookupsTests
{
    private readonly Queue<TaskCompletionSource<int>> _underWay = new();
    private readonly SharedLookups<int> _lookups;

    public SharedLookupsTests()
    {
        _lookups = new SharedLookups<int>(_ =>
        {
            _underWay.Enqueue(new TaskCompletionSource<int>());
            return _underWay.Peek().Task;
        });
    }

    [Fact]
    public async Task Who_comes_while_one_is_under_way_shares_the_next()
    {
        var first = _lookups.FindAsync("a");
        var second = _lookups.FindAsync("a");
        var third = _lookups.FindAsync("a");
        _underWay.Dequeue().SetResult(1);
        Assert.Equal(1, await first);
        Assert.False(second.IsCompleted);
        var fourth = _lookups.FindAsync("a");
        _underWay.Dequeue().SetResult(2);
        Assert.Equal(2, await second);
        Assert.Equal(2, await third);
        _underWay.Dequeue().SetResult(3);
        Assert.Equal(3, await fourth);
        Assert.Empty(_underWay);
    }

    [Fact]
    public async Task Failure_is_that_of_those_who_shared_it()
    {
        var first = _lookups.FindAsync("a");
        var second = _lookups.FindAsync("a");
        _underWay.Dequeue().SetException(new InvalidOperationException());
        await Assert.ThrowsAsync<InvalidOperationException>(() => first);
        _underWay.Dequeue().SetResult(2);
        Assert.Equal(2, await second);
        var third = _lookups.FindAsync("a");
        _underWay.Dequeue().SetResult(3);
        Assert.Equal(3, await third);
    }
}
