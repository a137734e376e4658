using System.Globalization;
using ScimBridge.Sandbox.ScimTarget.Resources;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>
/// Users and groups of one target. Everything here is done under <see cref="Gate"/>; bodies are parsed and answers
/// written outside it.
/// </summary>
internal sealed class ScimStore
{
    private const int ChangesKept = 20;

    private readonly Queue<AccountChange> changes = new(ChangesKept);

    private long number = 1_000_000_000_000;

    public Lock Gate { get; } = new();

    public Shelf Users { get; private set; } = new();

    public Shelf Groups { get; private set; } = new();

    /// <summary>Sessions and personal tokens of the product behind it.</summary>
    public ProductAccess Access { get; } = new();

    /// <summary>The last changes, newest first.</summary>
    public IReadOnlyList<AccountChange> LastChanges => [.. changes.Reverse()];

    public Shelf Shelf(ScimResourceType type) => type.HasMembers ? Groups : Users;

    /// <summary>An identifier of digits.</summary>
    public string NextNumber() => Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture);

    /// <summary>A user or a group, as a member may be either.</summary>
    public Entry? Find(string id) => Users.FindById(id) ?? Groups.FindById(id);

    public void Delete(Entry entry, DateTimeOffset now)
    {
        Shelf(entry.Type).Remove(entry);
        foreach (var group in entry.MemberOf)
        {
            group.Members.Remove(entry);
            group.Touch(group.Current.Body, now);
        }

        foreach (var member in entry.Members)
            member.MemberOf.Remove(entry);
        Access.Forget(entry.Id);
        Note(entry, "deleted", now);
    }

    public void Note(Entry entry, string what, DateTimeOffset now)
    {
        if (changes.Count == ChangesKept)
            changes.Dequeue();
        changes.Enqueue(new(now, entry.Type.Name, entry.Current.Body.Key, entry.Type.HasMembers ? null : entry.Current.Body.Active, what));
    }

    public void Clear()
    {
        Users = new();
        Groups = new();
        changes.Clear();
        Access.Clear();
    }
}
