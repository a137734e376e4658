using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Tries rules of roles and entitlements: what would they take from whom?</summary>
public sealed class GrantTrial(BridgeConfiguration configuration, GrantBook rules, WorkerDecider decider) : RuleTrial
{
    /// <summary>The kind of hold that rules of roles and entitlements wait in.</summary>
    public const string Kind = "grants";

    /// <inheritdoc/>
    public override string Name => RuleBookStore.Grants;

    /// <inheritdoc/>
    public override string HoldKind => Kind;

    /// <inheritdoc/>
    public override ChangeSafetyOptions Safety => configuration.Options.GroupSafety;

    /// <summary>What is given and no expressions: these may speak of somebody.</summary>
    public override string Describe(string wanted) =>
        new JsonObject { ["rules"] = new JsonArray([.. rules.Read(wanted).Rules.Select(r => (JsonNode)$"{r.Attribute}.{r.Rule.Key}")]) }.ToJsonString();

    /// <inheritdoc/>
    public override RuleFindings Begin(RuleBookRow book) => new Losses(decider, rules.Read(book.Wanted!));

    private sealed class Losses(WorkerDecider decider, GrantRules wanted) : RuleFindings
    {
        private readonly Dictionary<(string Attribute, string Value), long> _byGrant = [];
        private readonly List<HeldGrant> _shown = [];
        private int _people;

        public override int People => _people;

        public override long Count => _byGrant.Values.Sum();

        public override string Effect => "grants";

        public override IEnumerable<JsonObject> Figures => _byGrant.OrderByDescending(g => g.Value)
            .ThenBy(g => g.Key.Attribute, StringComparer.Ordinal).ThenBy(g => g.Key.Value, StringComparer.Ordinal)
            .Select(g => new JsonObject { ["attribute"] = g.Key.Attribute, ["value"] = g.Key.Value, ["count"] = g.Value });

        public override async Task AddAsync(
            Session session, string source, IReadOnlyCollection<DueWorker> workers, Instant now, CancellationToken cancel)
        {
            foreach (var (worker, lost) in await decider.GrantLossesAsync(session, source, workers, wanted, now, cancel))
            {
                _people++;
                foreach (var grant in lost)
                {
                    _byGrant[grant] = _byGrant.GetValueOrDefault(grant) + 1;
                    if (_shown.Count < Previewed)
                        _shown.Add(new HeldGrant(_shown.Count + 1, source, worker.WorkerId, grant.Attribute, grant.Value));
                }
            }
        }

        public override Task PreviewAsync(Session session, string holdId, CancellationToken cancel) =>
            RuleBookStore.PreviewAsync(session, holdId, _shown, cancel);
    }
}
