using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>
/// What is not as it should be of one account. It is the planner that compares, with what is there in the place of what was acknowledged: what
/// it would do about it is the difference, and what the target cannot do is none.
/// </summary>
public static class AccountReconciler
{
    /// <summary>What an account differs by that is disabled, or usable; of one that nobody has, that it can be used.</summary>
    public const string Active = "active";

    /// <summary>What an account differs by that carries another's key.</summary>
    public const string CorrelationKey = "correlationKey";

    /// <summary>The differences.</summary>
    public static IReadOnlyList<Difference> Compare(ReconciledAccount account, Capabilities capabilities)
    {
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(capabilities);
        if (account.Kind == AccountKind.Group && !capabilities.Groups)
            return [];
        var found = account switch
        {
            { Link.RemoteId: not null, Observed: { } observed } => Linked(account, account.Link, observed, capabilities),
            { Observed: { } observed } => Unlinked(account, observed),
            _ => Absent(account, capabilities),
        };
        return Stand(account, found);
    }

    private static List<Difference> Absent(ReconciledAccount account, Capabilities capabilities) =>
        // Whom nobody would make an account for now is not missed.
        account.Mapped is { } mapped && AccountPlanner.Plan(mapped, link: null, account.Kind, capabilities) is Operation.Create
            ? [new Difference(DifferenceKind.Missing, Difference.SubjectOf(account.Kind), mapped.Account.CorrelationKey, account.Link?.RemoteId)]
            : [];

    private static List<Difference> Linked(ReconciledAccount account, Link link, ObservedAccount observed, Capabilities capabilities)
    {
        var found = new List<Difference>();
        var (kind, id) = (account.Kind, link.ResourceId);
        if (account is { Mapped: null, IsUnmapped: false })
        {
            // The resource is no more: the account should be deleted, or at least disabled.
            var end = AccountPlanner.Plan(mapped: null, link with { Active = observed.Active ?? link.Active }, kind, capabilities);
            if (end is Operation.Delete)
                found.Add(new Difference(DifferenceKind.Orphan, Difference.SubjectOf(kind), id, observed.RemoteId) { Because = "The resource was deleted." });
            else if (end is Operation.Update)
                found.Add(new Difference(DifferenceKind.ReEnabled, Difference.SubjectOf(kind), id, observed.RemoteId) { What = [Active], Because = "The resource was deleted." });
            return found;
        }

        if (account.Mapped is not { } mapped)
            return Unmapped(account, id, observed, capabilities);
        var wanted = CanonicalAttributes.Wanted(account.Shown ?? mapped.Account.Attributes, observed.Unshown);
        var seen = CanonicalAttributes.Observed(observed.Attributes, wanted, mapped.Account.Cleared);
        var plan = AccountPlanner.Plan(
            mapped with { Account = mapped.Account with { Attributes = wanted } },
            link with { RemoteId = observed.RemoteId, Active = observed.Active ?? mapped.Account.Active, Delivered = seen.ToJsonString() },
            kind,
            capabilities);
        var what = (plan as Operation.Update)?.Changes.Select(c => c.Schema is null ? c.Name : $"{c.Schema}:{c.Name}").ToList() ?? [];
        switch (plan)
        {
            case Operation.Update { Active: false } when observed.Active == true:
                found.Add(new Difference(DifferenceKind.ReEnabled, Difference.SubjectOf(kind), id, observed.RemoteId) { What = [Active] });
                break;
            case Operation.Update { Active: true } when observed.Active == false:
                what.Add(Active);
                break;
        }

        // Which account is whose is the link's to say; a key that is somebody else's will mislead whoever looks by it.
        if (observed.CorrelationKey is { } key && key != id && capabilities.FindByCorrelationKey)
            what.Add(CorrelationKey);
        if (what.Count > 0)
        {
            what.Sort(StringComparer.Ordinal);
            found.Add(new Difference(DifferenceKind.AttributeDrift, Difference.SubjectOf(kind), id, observed.RemoteId) { What = what });
        }

        return found;
    }

    private static List<Difference> Unmapped(ReconciledAccount account, string id, ObservedAccount observed, Capabilities capabilities) =>
        account.Kind == AccountKind.User && capabilities.Disable && !account.ShouldBeActive && observed.Active == true
            ? [new Difference(DifferenceKind.ReEnabled, Difference.SubjectOf(account.Kind), id, observed.RemoteId) { What = [Active] }]
            : [];

    private static List<Difference> Unlinked(ReconciledAccount account, ObservedAccount observed) => account.Owner switch
    {
        { LinkedTo: not null } owner =>
            [new Difference(DifferenceKind.Duplicate, Difference.SubjectOf(account.Kind), owner.ResourceId, observed.RemoteId) { What = [owner.By], Because = Usability(observed) }],
        { } owner =>
            [new Difference(DifferenceKind.Unmatched, Difference.SubjectOf(account.Kind), owner.ResourceId, observed.RemoteId) { What = [owner.By], Because = Usability(observed) }],

        // Groups that others keep are none of ours; one that carries a key of ours was.
        null when account.Kind == AccountKind.Group && !Guid.TryParse(observed.CorrelationKey, out _) => [],
        null => [new Difference(DifferenceKind.Orphan, Difference.SubjectOf(account.Kind), null, observed.RemoteId) { What = observed.Active == false ? [] : [Active], Because = Usability(observed) }],
    };

    private static string? Usability(ObservedAccount observed) => observed.Active switch
    {
        true => "It can be used.",
        false => "It is disabled.",
        null => null,
    };

    private static IReadOnlyList<Difference> Stand(ReconciledAccount account, List<Difference> found)
    {
        if (found.Count == 0)
            return [];
        if (account.IsProtected)
        {
            var first = found[0];
            return
            [
                first with
                {
                    Kind = DifferenceKind.Protected,
                    What = [.. found.SelectMany(f => f.Kind is DifferenceKind.AttributeDrift or DifferenceKind.ReEnabled ? f.What : [Word(f.Kind)]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                    Standing = Standing.Shielded,
                    Because = "The account is protected, and never touched.",
                },
            ];
        }

        if (account.Pending is { } pending)
            return found.ConvertAll(f => f with { Standing = Standing.Pending, Because = pending });
        return account.Hindrance is { } hindrance ? found.ConvertAll(f => f with { Because = hindrance }) : found;
    }

    private static string Word(DifferenceKind kind) => Revocation.Words.Of(kind);
}
