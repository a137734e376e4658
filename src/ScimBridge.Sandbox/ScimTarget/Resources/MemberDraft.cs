namespace ScimBridge.Sandbox.ScimTarget.Resources;

/// <summary>
/// Changes to a group's members, collected first and made at the end, so that a request fails as a whole. Costs what
/// changes, not what the group holds.
/// </summary>
internal sealed class MemberDraft(Entry group)
{
    private readonly HashSet<Entry> added = [];
    private readonly HashSet<Entry> removed = [];
    private bool cleared;

    public void Add(Entry member)
    {
        if (!removed.Remove(member) && (cleared || !group.Members.Contains(member)))
            added.Add(member);
    }

    public void Remove(Entry member)
    {
        if (!added.Remove(member) && !cleared && group.Members.Contains(member))
            removed.Add(member);
    }

    public void Clear()
    {
        cleared = true;
        added.Clear();
        removed.Clear();
    }

    /// <summary>True if the group will hold other members than now.</summary>
    public bool Settle()
    {
        if (cleared)
        {
            removed.UnionWith(group.Members);
            removed.ExceptWith(added);
            added.ExceptWith(group.Members);
            cleared = false;
        }

        return added.Count + removed.Count > 0;
    }

    public void Commit()
    {
        Settle();
        foreach (var member in added)
        {
            group.Members.Add(member);
            member.MemberOf.Add(group);
        }

        foreach (var member in removed)
        {
            group.Members.Remove(member);
            member.MemberOf.Remove(group);
        }
    }
}
