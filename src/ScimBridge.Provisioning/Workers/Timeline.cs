using System.Text.Json.Nodes;
using NodaTime;

namespace ScimBridge.Provisioning.Workers;

/// <summary>
/// Everything that is held to be true of one person, in two times: from when it holds, and since when it is known. What it says is a
/// function of the set of assertions and of nothing else, so that the order and the batches in which they came in do not matter.
/// </summary>
/// <remarks>
/// <list type="number">
/// <item>Of the assertions about one period, the one with the greatest sequence holds; among equals a rescission before a correction
/// before a change; then the one that came in last. A rescission leaves nothing of its period. A dated record without a sequence counts
/// as said at the end of its day, so that it holds over the snapshots of that day.</item>
/// <item>The periods of a relationship are laid one after the other by day. An assertion that states only some fields takes the others
/// from the period before.</item>
/// <item>A relationship falls into stints: one begins where a start date lies after the end of the stint before. First and last days are
/// facts about the whole stint, not about a period.</item>
/// <item>What a person may do is the union over stints and relationships.</item>
/// </list>
/// </remarks>
public sealed class Timeline
{
    private readonly List<Stint> _stints;

    private Timeline(List<Stint> stints) => _stints = stints;

    /// <summary>Lays out the assertions as they are known at an instant.</summary>
    /// <param name="assertions">All assertions about one person, in any order.</param>
    /// <param name="known">Assertions that were not recorded by then, or were taken back by then, do not count.</param>
    public static Timeline Of(IEnumerable<Assertion> assertions, Instant known)
    {
        ArgumentNullException.ThrowIfNull(assertions);
        var stints = new List<Stint>();
        foreach (var relationship in assertions.Where(a => a.IsKnownAt(known))
            .GroupBy(a => a.Relationship, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            stints.AddRange(Stint.Split(Phases(relationship)));
        }

        return new Timeline(stints);
    }

    /// <summary>The person at an instant; null where nothing is held to be true, or too little to make a worker of it.</summary>
    /// <param name="at">The instant.</param>
    /// <param name="zones">The time zones.</param>
    /// <param name="preparation">How long before the start the account may be prepared.</param>
    public Worker? At(Instant at, IDateTimeZoneProvider zones, Preparation preparation) =>
        _stints.Count == 0 ? null : Worker.Of(_stints, at, zones, preparation);

    private static IEnumerable<Phase> Phases(IEnumerable<Assertion> relationship)
    {
        var holding = relationship.GroupBy(a => a.Slot, StringComparer.Ordinal)
            .Select(slot => slot.OrderBy(a => a.OrderInSlot).ThenBy(Rank).ThenBy(a => a.Seq).Last())
            .Where(a => a.Kind != RecordKind.Rescind)
            .OrderBy(a => a.EffectiveFrom).ThenBy(a => a.Order).ThenBy(a => a.Seq);
        JsonObject? before = null;
        foreach (var assertion in holding)
        {
            if (!assertion.Partial)
            {
                before = null;
                var facts = WorkerFactsJson.Read(assertion.Facts);
                yield return new Phase(assertion, facts);
                before = JsonNode.Parse(assertion.Facts)!.AsObject();
                continue;
            }

            before = WorkerFactsJson.Overlay(before, assertion.Facts);
            // Until the first whole record is in, there may be too little to make a worker of.
            if (WorkerFactsJson.TryRead(before) is { } whole)
                yield return new Phase(assertion, whole);
        }
    }

    private static int Rank(Assertion assertion) => assertion.Kind switch
    {
        RecordKind.Rescind => 2,
        RecordKind.Correction => 1,
        _ => 0,
    };
}
