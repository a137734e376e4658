using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Sandbox.Tests;

public sealed class SandboxHostTests
{
    [Fact]
    public async Task Targets_keep_apart()
    {
        await using var host = await SandboxHost.StartAsync(new() { Targets = [new("one", "1"), new("two", "2")] });
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", "1");

        using var created = await http.PostAsync(new Uri(host.ScimAddress("one"), "Users"), new StringContent(TargetClient.User("ann")));
        using var refused = await http.GetAsync(new Uri(host.ScimAddress("two"), "Users"));

        Assert.Equal((201, 401), ((int)created.StatusCode, (int)refused.StatusCode));
        Assert.Equal((1, 0), (host.Target("one").UserCount, host.Target("two").UserCount));
    }

    [Fact]
    public async Task Given_port_is_used_and_a_taken_one_reported()
    {
        var first = await SandboxHost.StartAsync(new());
        var port = first.BaseAddress.Port;

        await Assert.ThrowsAsync<IOException>(() => SandboxHost.StartAsync(new() { Port = port }));

        await first.DisposeAsync();
        await using var second = await SandboxHost.StartAsync(new() { Port = port });
        Assert.Equal($"http://127.0.0.1:{port}/", second.BaseAddress.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    public async Task Name_that_does_not_fit_a_url_is_refused(string name) =>
        await Assert.ThrowsAsync<ArgumentException>(() => SandboxHost.StartAsync(new() { Targets = [new ScimTargetOptions(name, "t")] }));

    [Fact]
    public async Task Settings_that_make_no_sense_are_refused()
    {
        var target = new ScimTargetOptions("corp", "t") { Settings = new() { MaxPageSize = 0 } };

        await Assert.ThrowsAsync<ArgumentException>(() => SandboxHost.StartAsync(new() { Targets = [target] }));
    }

    [Fact]
    public async Task Unknown_target_is_reported()
    {
        await using var host = await SandboxHost.StartAsync(new());

        Assert.Throws<ArgumentException>(() => host.Target("corp"));
    }
}
