using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Lifecycle;

/// <summary>A bridge whose policy a test changes.</summary>
internal sealed class PolicyBridge(TestBridge bridge) : IAsyncDisposable
{
    private static readonly CancellationToken Never = CancellationToken.None;

    public TestBridge Bridge => bridge;

    public static async Task<PolicyBridge> StartAsync(DatabaseKind kind, int atLeast, string lifecycle = "{}", Action<JsonObject>? adjust = null)
    {
        var started = new PolicyBridge(await TestBridge.StartAsync(kind, json =>
        {
            TestBridge.Unheld(json);
            json["lifecycleSafety"] = new JsonObject { ["atLeast"] = atLeast, ["percent"] = 0 };
            Lifecycle(lifecycle)(json);
            adjust?.Invoke(json);
        }));
        await started.NodeStartsAsync();
        return started;
    }

    /// <summary>Writes a policy into a configuration.</summary>
    public static Action<JsonObject> Lifecycle(string lifecycle) => json => json["lifecycle"] = JsonNode.Parse(lifecycle);

    /// <summary>The node is started anew with this policy.</summary>
    public async Task WantAsync(string lifecycle)
    {
        await bridge.RestartAsync(Lifecycle(lifecycle));
        await NodeStartsAsync();
    }

    /// <summary>Brings what is wanted in force, and decides and delivers what follows.</summary>
    public async Task EvaluateAsync()
    {
        await bridge.RunAsync(DrainKind.EvaluateRules, RuleBookStore.Lifecycle);
        await bridge.SettleAsync();
    }

    public Task<List<Hold>> HoldsAsync(string? state = "open") =>
        bridge.Database.ReadAsync(s => HoldStore.ListAsync(s, "", state, null, 100, Never), Never);

    public Task<List<HeldDecision>> PreviewAsync(Hold hold) =>
        bridge.Database.ReadAsync(s => RuleBookStore.PreviewedDecisionsAsync(s, hold.Id, 0, 100, Never), Never);

    public Task<bool> DecideAsync(Hold hold, bool approve) => bridge.Get<HoldDecisions>().DecideRulesAsync(hold, approve, "client:chief", Never);

    /// <summary>The rule of the lifecycle that decided about a worker last.</summary>
    public async Task<string?> RuleAsync(string worker) =>
        (await bridge.Database.ReadAsync(s => WorkerStore.LastDecisionAsync(s, "hr", worker, Never), Never))!.Rule;

    /// <summary>The users whom the target has, those who may not be used in brackets.</summary>
    public IEnumerable<string> AtTarget() => bridge.Corp.Users()
        .Select(u => u.Active ? u.UserName.Split('@')[0] : $"({u.UserName.Split('@')[0]})").Order(StringComparer.Ordinal);

    public Task<RuleBookRow?> BookAsync() => bridge.Database.ReadAsync(s => RuleBookStore.FindAsync(s, RuleBookStore.Lifecycle, Never), Never);

    public ValueTask DisposeAsync() => bridge.DisposeAsync();

    private async Task NodeStartsAsync()
    {
        await bridge.Get<PolicyBook>().WantAsync(bridge.Get<IClock>().GetCurrentInstant(), Never);
        await EvaluateAsync();
    }
}
