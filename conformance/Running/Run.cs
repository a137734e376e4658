using ScimBridge.Conformance.Discovery;
using ScimBridge.Conformance.Http;

namespace ScimBridge.Conformance.Running;

/// <summary>What all cases of one run share.</summary>
internal sealed class Run(Settings settings, ScimClient client, Server server, CancellationToken stop)
{
    private readonly Lock _lock = new();
    private Task<People>? _people;

    public Settings Settings { get; } = settings;

    public ScimClient Client { get; } = client;

    public Server Server { get; } = server;

    public Fixtures Fixtures { get; } = new(server, settings);

    public Ledger Ledger { get; } = new(client, settings);

    /// <summary>The shared people, made when the first case asks. They outlive that case, so they are not its own to delete.</summary>
    public async Task<People> People(Trial asking)
    {
        asking.Needs(Feature.Users);
        Task<People> making;
        lock (_lock)
            making = _people ??= Conformance.Running.People.MakeAsync(new Trial(this, stop), Fixtures.Prefix);
        return await making;
    }

    /// <summary>Learns by trying what the plainest user is that the server takes.</summary>
    public async Task LearnAsync()
    {
        Answer? last = null;
        foreach (var candidate in Fixtures.Candidates())
        {
            Fixtures.Plain = candidate;
            var call = new Call("POST", Server.Users).WithBody(Fixtures.User(Fixtures.UserName("probe")).ToJsonString());
            last = await Client.SendAsync(call, stop);
            var made = Ledger.Watch(call, last);
            if (last.Status == 201)
            {
                await Ledger.DeleteAsync(made, stop);
                return;
            }
        }
        Server.NoUsers = "no user can be created: " + last!.Failed("status 201").Message;
    }
}
