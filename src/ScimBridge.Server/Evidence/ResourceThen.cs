using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>The body of a resource on the way back through the journal, entry by entry, the last first.</summary>
/// <param name="type">The word for the type of resource in the journal: <c>user</c>.</param>
/// <param name="now">The body as it is; null where it is no more.</param>
internal sealed class ResourceThen(string type, JsonObject? now)
{
    /// <summary>The body; null where there was none, or nobody knows any more.</summary>
    public JsonObject? Body { get; private set; } = now;

    /// <summary>Why it is not known; null where it is.</summary>
    public string? UnknownBecause { get; private set; }

    /// <summary>Takes entries back, the last first.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="details">What is there of before and after, by commitments.</param>
    public void Undo(IEnumerable<SealedEntry> entries, IReadOnlyDictionary<string, JournalDetail> details)
    {
        foreach (var entry in entries)
            Undo(entry, entry.Commitment is null ? null : details.GetValueOrDefault(entry.Commitment));
    }

    /// <summary>Takes an entry back, if it is about the resource itself.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="detail">What it was before and after; null where that is not there.</param>
    public void Undo(SealedEntry entry, JournalDetail? detail)
    {
        if (entry.Kind == type + ".created")
        {
            Body = null;
            UnknownBecause = null;
        }
        else if (entry.Kind == type + ".deleted")
        {
            if (detail is null)
                Unknown("It was erased.");
            else
                Body = JsonNode.Parse(detail.Value)!["before"]!.DeepClone().AsObject();
        }
        else if (entry.Kind == type + ".updated")
        {
            if (detail is null)
                Unknown(entry.Commitment is null ? "It was changed before the journal kept what was changed." : "It was erased.");
            else if (Body is not null)
                Revert(Body, JsonNode.Parse(entry.Data)!["attributes"]!.AsArray(), JsonNode.Parse(detail.Value)!["before"]!.AsObject());
        }
    }

    /// <summary>Notes that nobody knows what it was.</summary>
    public void Unknown(string because)
    {
        Body = null;
        UnknownBecause = because;
    }

    private static void Revert(JsonObject body, JsonArray names, JsonObject before)
    {
        foreach (var name in names.Select(n => (string)n!))
        {
            body.Remove(name);
            if (before.ContainsKey(name))
                body[name] = before[name]?.DeepClone();
        }
    }
}
