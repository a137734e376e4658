namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Whether enough people answer for an account.</summary>
internal static class Coverage
{
    /// <summary>The two roles that every account needs.</summary>
    public static IReadOnlyList<AccountableRole> Roles { get; } = [AccountableRole.Sponsor, AccountableRole.TechnicalOwner];

    /// <summary>The other of the two roles.</summary>
    public static AccountableRole Other(AccountableRole role) => role == AccountableRole.Sponsor ? AccountableRole.TechnicalOwner : AccountableRole.Sponsor;

    /// <summary>
    /// Whether these people are enough for a role where those hold the other. Two different people answer at criticality 1 and 2: who holds
    /// both is not enough for either. (Entra ID enforces a number of sponsors, and nothing across the roles.)
    /// </summary>
    public static bool Suffices(IReadOnlyCollection<string> holders, IReadOnlyCollection<string> others, Criticality criticality, int minimum) =>
        holders.Count >= minimum && (!CascadeTable.IsCritical(criticality) || !(holders.Count == 1 && others.Count == 1 && holders.First() == others.First()));

    /// <summary>Those whose role it is, and who may answer for it; who is away among them: somebody stands in for them.</summary>
    public static HashSet<string> Settled(Course course, AccountableRole role, string? without = null) =>
    [
        .. course.Account.Accountable.Where(a => a.Role == role && a.IsSettled && a.PersonId != without && course.CanAnswer(a.PersonId)).Select(a => a.PersonId),
    ];

    /// <summary>Those who answer for it today, on whatever basis.</summary>
    public static HashSet<string> Present(Course course, AccountableRole role) =>
        [.. course.Account.Accountable.Where(a => a.Role == role && !Upkeep.IsOver(course, a) && course.IsPresent(a.PersonId)).Select(a => a.PersonId)];
}
