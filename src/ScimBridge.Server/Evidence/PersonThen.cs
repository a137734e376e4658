using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>
/// A person's user, memberships and accounts as they were at an instant. What there is now is known; the journal says what has changed since, before
/// and after, and is gone through backwards. What HR said stands on the timeline, and is not looked at here.
/// </summary>
internal sealed class PersonThen
{
    private const string Rule = "rule";
    private const string Hand = "hand";
    private readonly SortedDictionary<string, HashSet<string>> _groups = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonObject> _accounts = new(StringComparer.Ordinal);

    private PersonThen()
    {
    }

    /// <summary>The user; null where there was none, or nobody knows any more.</summary>
    public JsonObject? User { get; private set; }

    /// <summary>Why it is not known what the user was; null where it is.</summary>
    public string? UnknownBecause { get; private set; }

    /// <summary>The groups, each with its grounds: <c>rule</c>, <c>hand</c> or both.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Groups => _groups;

    /// <summary>The accounts by target, as the target had acknowledged them.</summary>
    public IReadOnlyDictionary<string, JsonObject> Accounts => _accounts;

    /// <summary>Goes back to an instant.</summary>
    public static async Task<PersonThen> AtAsync(Session session, string resourceId, Instant at, CancellationToken cancel)
    {
        var then = new PersonThen();
        var now = (await ResourceStore.FindAsync(session, [resourceId], cancel)).GetValueOrDefault(resourceId);
        then.User = now is null ? null : JsonNode.Parse(now.Body)!.AsObject();
        foreach (var m in await MembershipStore.OfMembersAsync(session, [resourceId], cancel))
        {
            foreach (var (ground, has) in new[] { (Rule, m.ByRule), (Hand, m.ByHand) })
            {
                if (has)
                    then.Add(m.GroupId, ground);
            }
        }

        var until = at.ToMicroseconds();
        var entries = await JournalStore.OfAsync(session, resourceId, cancel);
        var since = entries.TakeWhile(e => e.At > until).ToList();
        var details = await JournalStore.DetailsAsync(session, [.. since.Where(e => e.Commitment is not null).Select(e => (e.Subject, e.Commitment!))], cancel);
        foreach (var entry in since)
            then.Undo(entry, entry.Commitment is null ? null : details.GetValueOrDefault(entry.Commitment));
        foreach (var entry in entries.Skip(since.Count).Reverse().Where(e => e.Kind.StartsWith("account.", StringComparison.Ordinal)))
            then.Account(entry);
        var beginning = await JournalSealStore.BeginningAsync(session, cancel);
        if (beginning.Block > 0 && (await JournalSealStore.FindAsync(session, beginning.Block, cancel))!.UntilAt > until)
            then.Unknown("The journal does not go back that far: it was cut.");
        return then;
    }

    private void Undo(SealedEntry entry, JournalDetail? detail)
    {
        var data = JsonNode.Parse(entry.Data)!;
        switch (entry.Kind)
        {
            case "user.created":
                User = null;
                UnknownBecause = null;
                _groups.Clear();
                break;
            case "user.updated" or "user.deleted" when detail is null:
                Unknown(entry.Commitment is null && entry.Kind == "user.updated" ? "It was changed before the journal kept what was changed." : "It was erased.");
                break;
            case "user.deleted":
                User = JsonNode.Parse(detail!.Value)!["before"]!.DeepClone().AsObject();
                break;
            case "user.updated" when User is not null:
                Revert(User, data["attributes"]!.AsArray(), JsonNode.Parse(detail!.Value)!["before"]!.AsObject());
                break;
            case "worker.decided":
                Change(data["joins"], Rule, comes: false);
                Change(data["leaves"], Rule, comes: true);
                break;
            case "membership.given":
                Remove((string)data["group"]!, Hand);
                break;
            case "membership.taken" or "membership.suspended":
                Add((string)data["group"]!, Hand);
                break;
            default:
                break;
        }
    }

    private static void Revert(JsonObject user, JsonArray names, JsonObject before)
    {
        foreach (var name in names.Select(n => (string)n!))
        {
            user.Remove(name);
            if (before.ContainsKey(name))
                user[name] = before[name]?.DeepClone();
        }
    }

    private void Change(JsonNode? groups, string ground, bool comes)
    {
        foreach (var group in (groups as JsonArray ?? []).Select(g => (string)g!))
        {
            if (comes)
                Add(group, ground);
            else
                Remove(group, ground);
        }
    }

    private void Account(SealedEntry entry)
    {
        var data = JsonNode.Parse(entry.Data)!;
        var target = (string)data["target"]!;
        if (entry.Kind == "account.deleted")
            _accounts.Remove(target);
        else if (entry.Kind is "account.created" or "account.updated" or "account.enabled" or "account.disabled")
            _accounts[target] = new JsonObject { ["account"] = data["account"]?.DeepClone(), ["active"] = data["active"]?.DeepClone() };
    }

    private void Add(string group, string ground)
    {
        if (!_groups.TryGetValue(group, out var grounds))
            _groups[group] = grounds = new HashSet<string>(StringComparer.Ordinal);
        grounds.Add(ground);
    }

    private void Remove(string group, string ground)
    {
        if (_groups.TryGetValue(group, out var grounds) && grounds.Remove(ground) && grounds.Count == 0)
            _groups.Remove(group);
    }

    private void Unknown(string because)
    {
        User = null;
        UnknownBecause = because;
    }
}
