using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Tries a policy of the lifecycle: who would be disabled, suspended, deleted sooner, or let in again by nothing but the policy?</summary>
public sealed class PolicyTrial(BridgeConfiguration configuration, PolicyBook policies, GroupBook groups, WorkerDecider decider) : RuleTrial
{
    /// <summary>The kind of hold that a policy waits in.</summary>
    public const string Kind = "policy";

    /// <inheritdoc/>
    public override string Name => RuleBookStore.Lifecycle;

    /// <inheritdoc/>
    public override string HoldKind => Kind;

    /// <inheritdoc/>
    public override ChangeSafetyOptions Safety => configuration.Options.LifecycleSafety;

    /// <summary>All of it: there are only words and figures in a policy.</summary>
    public override string Describe(string wanted) => wanted;

    /// <inheritdoc/>
    public override RuleFindings Begin(RuleBookRow book) =>
        new Differences(groups, decider, policies.Read(book.Wanted!), ConfiguredLifecycle.Differences(book.InForce, book.Wanted!));

    private sealed class Differences(GroupBook groups, WorkerDecider decider, LifecyclePolicy wanted, IReadOnlyList<JsonObject> changes)
        : RuleFindings
    {
        private static readonly PolicyEffect[] Single = [.. Enum.GetValues<PolicyEffect>().Where(e => e != PolicyEffect.None)];
        private readonly Dictionary<PolicyEffect, long> _byEffect = [];
        private readonly List<HeldDecision> _shown = [];
        private int _people;

        public override int People => _people;

        public override long Count => _people;

        public override string Effect => "lifecycle";

        public override IEnumerable<JsonObject> Figures => _byEffect.OrderByDescending(e => e.Value).ThenBy(e => e.Key)
            .Select(e => new JsonObject { ["effect"] = Word(e.Key), ["count"] = e.Value }).Concat(changes);

        public override async Task AddAsync(
            Session session, string source, IReadOnlyCollection<DueWorker> workers, Instant now, CancellationToken cancel)
        {
            var classes = (await groups.InForceAsync(session, cancel)).Classes;
            foreach (var (worker, before, after) in await decider.CompareAsync(session, workers, wanted, now, cancel))
            {
                var effects = PolicyEffects.Of(before, after, classes, now);
                if (effects == PolicyEffect.None)
                    continue;
                _people++;
                var each = Single.Where(e => effects.HasFlag(e)).ToList();
                foreach (var effect in each)
                    _byEffect[effect] = _byEffect.GetValueOrDefault(effect) + 1;
                if (_shown.Count < Previewed)
                {
                    _shown.Add(new HeldDecision(
                        _shown.Count + 1, source, worker.WorkerId, string.Join(' ', each.Select(Word)), before.Rule, after.Rule));
                }
            }
        }

        public override Task PreviewAsync(Session session, string holdId, CancellationToken cancel) =>
            RuleBookStore.PreviewAsync(session, holdId, _shown, cancel);

        private static string Word(PolicyEffect effect) => JsonNamingPolicy.CamelCase.ConvertName(effect.ToString());
    }
}
