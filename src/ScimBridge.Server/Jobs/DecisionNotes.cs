using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What the journal keeps of decisions that changed something: which rule decided on what, and what rules of groups gave and took.</summary>
internal static class DecisionNotes
{
    /// <summary>The notes.</summary>
    public static IEnumerable<ChangeNote> Of(Changes changes, IEnumerable<(DueWorker Due, Worker Worker, Intent Intent)> decided)
    {
        var written = changes.Resources.Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
        var memberships = changes.Memberships.ToLookup(m => m.MemberId, StringComparer.Ordinal);
        foreach (var (due, worker, intent) in decided)
        {
            var access = worker.Access.ToString();
            var moved = memberships[due.ResourceId].Where(m => m.ByRule).ToList();
            if (due.Access != access || written.Contains(due.ResourceId) || moved.Count > 0)
                yield return new ChangeNote("worker.decided", due.ResourceId, Data(due, worker, intent, moved).ToJsonString());
        }
    }

    private static JsonObject Data(DueWorker due, Worker worker, Intent intent, List<MembershipWrite> memberships)
    {
        var data = new JsonObject
        {
            ["rule"] = intent.Rule,
            ["access"] = Word(worker.Access.ToString()),
            ["active"] = intent.Active,
            ["lane"] = Word(intent.Lane.ToString()),
        };
        if (due.Access is { } before)
            data["before"] = Word(before);
        Add(data, "records", due.Assertions.Where(a => a.Seq > due.DecidedSeq).Select(a => (JsonNode)a.Seq));
        Add(data, "joins", memberships.Where(m => m.Joins).Select(m => (JsonNode)m.GroupId));
        Add(data, "leaves", memberships.Where(m => !m.Joins).Select(m => (JsonNode)m.GroupId));
        if (worker.NextChange is { } next)
            data["next"] = InstantPattern.ExtendedIso.Format(next);
        return data;
    }

    private static void Add(JsonObject data, string name, IEnumerable<JsonNode> values)
    {
        if (values.ToArray() is { Length: > 0 } some)
            data[name] = new JsonArray(some);
    }

    private static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
