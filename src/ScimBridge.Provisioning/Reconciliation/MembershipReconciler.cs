namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>
/// Who is in a group of ours at a target and should not be, and who is not and should be. Nothing is said of one who should be in and is not to
/// be used: some targets take them out themselves.
/// </summary>
public static class MembershipReconciler
{
    /// <summary>The differences.</summary>
    /// <param name="group">The group.</param>
    public static IReadOnlyList<Difference> Compare(ReconciledGroup group)
    {
        ArgumentNullException.ThrowIfNull(group);
        var found = new List<Difference>();
        var wanted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in group.Wanted)
        {
            if (member.RemoteId is not { } remote)
                continue;
            wanted.Add(remote);
            if (!group.Observed.Contains(remote) && member.IsActive)
                found.Add(Of(DifferenceKind.MissingMembership, group, member.ResourceId, remote));
        }

        foreach (var remote in group.Observed.Where(o => !wanted.Contains(o)).Order(StringComparer.Ordinal))
            found.Add(Of(DifferenceKind.ExtraMembership, group, group.Linked.GetValueOrDefault(remote), remote));
        return found;
    }

    private static Difference Of(DifferenceKind kind, ReconciledGroup group, string? memberId, string remote)
    {
        var difference = new Difference(kind, DifferenceSubject.User, memberId, remote) { GroupId = group.ResourceId };
        if (group.IsProtected || (memberId is not null && group.Protected.Contains(memberId)) || group.Protected.Contains(remote))
            return difference with { Kind = DifferenceKind.Protected, What = [Revocation.Words.Of(kind)], Standing = Standing.Shielded, Because = "Protected, and never touched." };
        if (memberId is not null && group.Pending.Contains(memberId))
            return difference with { Standing = Standing.Pending, Because = "It is due to be delivered." };
        return memberId is null ? difference with { Because = "The account is nobody's that is known here." } : difference;
    }
}
