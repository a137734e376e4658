using ScimBridge.Provisioning.Planning;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Server.Jobs;

/// <summary>What a rollback would undo at a service account, as a plan shows it.</summary>
internal static class PlannedReinstatement
{
    private static readonly (AccountableRole Role, string Attribute)[] Roles =
        [(AccountableRole.CoSponsor, "coSponsors"), (AccountableRole.TechnicalOwner, "owners"), (AccountableRole.Sponsor, "sponsors")];

    /// <summary>The item: who answers for it, and whether it works.</summary>
    public static PlanItem Of(AccountDecision decision)
    {
        var (before, after) = (decision.Row.Account, decision.After);
        return new PlanItem
        {
            Subject = before.Id,
            ResourceId = before.Id,
            Operation = IsShut(before) && !IsShut(after) ? PlannedOperation.Enable : PlannedOperation.Update,
            Rule = Rollback.Kind,
            Attributes =
            [
                .. Roles.Where(r => !Holders(before, r.Role).SetEquals(Holders(after, r.Role))).Select(r => r.Attribute), .. before.State == after.State ? [] : new[] { "state" },
            ],
            Basis = PlanBasis.Of(
                decision.Row.Version, decision.Row.Resource.Version, string.Join(' ', decision.Steps.Select(CascadeWords.Of).Select(w => w.Kind)),
                string.Join(' ', after.Accountable.Select(a => $"{a.Role} {a.PersonId}"))),
        };
    }

    private static bool IsShut(ServiceAccount account) => account.Use is AccountUse.Disabled or AccountUse.ScheduledDelete;

    private static HashSet<string> Holders(ServiceAccount account, AccountableRole role) =>
        account.Accountable.Where(a => a.Role == role).Select(a => a.PersonId).ToHashSet(StringComparer.Ordinal);
}
