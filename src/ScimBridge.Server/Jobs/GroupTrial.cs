using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Tries rules of groups: what would they take from whom?</summary>
public sealed class GroupTrial(BridgeConfiguration configuration, GroupBook rules, RuledMemberships memberships, WorkerDecider decider) : RuleTrial
{
    /// <summary>The kind of hold that rules of groups wait in.</summary>
    public const string Kind = "rules";

    /// <inheritdoc/>
    public override string Name => RuleBookStore.Groups;

    /// <inheritdoc/>
    public override string HoldKind => Kind;

    /// <inheritdoc/>
    public override ChangeSafetyOptions Safety => configuration.Options.GroupSafety;

    /// <summary>Names and no expressions: these may speak of somebody.</summary>
    public override string Describe(string wanted) =>
        new JsonObject { ["rules"] = new JsonArray([.. rules.Read(wanted).Rules.Select(r => (JsonNode)r.Key)]) }.ToJsonString();

    /// <inheritdoc/>
    public override RuleFindings Begin(RuleBookRow book) => new Losses(decider, rules.Read(book.Wanted!));

    /// <summary>The groups, before anybody is in them.</summary>
    public override async Task EnsureAsync(Session session, Changes changes, Instant now, CancellationToken cancel) =>
        await memberships.EnsureAsync(session, changes, await rules.InForceAsync(session, cancel), now, cancel);

    private sealed class Losses(WorkerDecider decider, GroupRules wanted) : RuleFindings
    {
        private readonly Dictionary<string, long> _byGroup = new(StringComparer.Ordinal);
        private readonly List<HeldMembership> _shown = [];
        private int _people;

        public override int People => _people;

        public override long Count => _byGroup.Values.Sum();

        public override string Effect => "memberships";

        public override IEnumerable<JsonObject> Figures => _byGroup.OrderByDescending(g => g.Value).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new JsonObject { ["group"] = g.Key, ["count"] = g.Value });

        public override async Task AddAsync(
            Session session, string source, IReadOnlyCollection<DueWorker> workers, Instant now, CancellationToken cancel)
        {
            var some = await decider.LossesAsync(session, source, workers, wanted, now, cancel);
            _people += some.Select(l => l.Worker.WorkerId).Distinct(StringComparer.Ordinal).Count();
            foreach (var (worker, group) in some.OrderBy(l => l.Worker.Number).ThenBy(l => l.GroupId, StringComparer.Ordinal))
            {
                _byGroup[group] = _byGroup.GetValueOrDefault(group) + 1;
                if (_shown.Count < Previewed)
                    _shown.Add(new HeldMembership(_shown.Count + 1, source, worker.WorkerId, group));
            }
        }

        public override Task PreviewAsync(Session session, string holdId, CancellationToken cancel) =>
            RuleBookStore.PreviewAsync(session, holdId, _shown, cancel);
    }
}
