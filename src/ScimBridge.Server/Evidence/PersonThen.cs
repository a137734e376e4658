using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Evidence;

/// <summary>
/// A person's user, memberships, accounts and service accounts as they were at an instant. What there is now is known; the journal says what has changed since, before
/// and after, and is gone through backwards. What HR said stands on the timeline, and is not looked at here.
/// </summary>
internal sealed class PersonThen
{
    private const string Rule = "rule";
    private const string Hand = "hand";
    private readonly SortedDictionary<string, HashSet<string>> _groups = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, JsonObject> _accounts = new(StringComparer.Ordinal);

    private readonly ResourceThen _user;

    private PersonThen(JsonObject? now) => _user = new ResourceThen("user", now);

    /// <summary>The user; null where there was none, or nobody knows any more.</summary>
    public JsonObject? User => _user.Body;

    /// <summary>Why it is not known what the user was; null where it is.</summary>
    public string? UnknownBecause => _user.UnknownBecause;

    /// <summary>The service accounts that they answered for, or knew a secret of.</summary>
    public IReadOnlyList<JsonObject> ServiceAccounts { get; private set; } = [];

    /// <summary>The groups, each with its grounds: <c>rule</c>, <c>hand</c> or both.</summary>
    public IReadOnlyDictionary<string, HashSet<string>> Groups => _groups;

    /// <summary>The accounts by target, as the target had acknowledged them.</summary>
    public IReadOnlyDictionary<string, JsonObject> Accounts => _accounts;

    /// <summary>Goes back to an instant.</summary>
    public static async Task<PersonThen> AtAsync(Session session, string resourceId, Instant at, CancellationToken cancel)
    {
        var now = (await ResourceStore.FindAsync(session, [resourceId], cancel)).GetValueOrDefault(resourceId);
        var then = new PersonThen(now is null ? null : JsonNode.Parse(now.Body)!.AsObject());
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
        var details = await JournalStore.DetailsAsync(session, since, cancel);
        foreach (var entry in since)
            then.Undo(entry, entry.Commitment is null ? null : details.GetValueOrDefault(entry.Commitment));
        foreach (var entry in entries.Skip(since.Count).Reverse().Where(e => e.Kind.StartsWith("account.", StringComparison.Ordinal)))
            then.Account(entry);
        var beginning = await JournalSealStore.BeginningAsync(session, cancel);
        var isCut = beginning.Block > 0 && (await JournalSealStore.FindAsync(session, beginning.Block, cancel))!.UntilAt > until;
        if (isCut)
            then._user.Unknown("The journal does not go back that far: it was cut.");
        then.ServiceAccounts = await ServiceAccountsThen.AtAsync(session, resourceId, until, isCut, cancel);
        return then;
    }

    private void Undo(SealedEntry entry, JournalDetail? detail)
    {
        _user.Undo(entry, detail);
        var data = JsonNode.Parse(entry.Data)!;
        switch (entry.Kind)
        {
            case "user.created":
                _groups.Clear();
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
}
