using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Safety;

/// <summary>Tells what of a change can hurt.</summary>
public static class Effects
{
    /// <summary>What the change does. Both workers are as of the same instant.</summary>
    /// <param name="before">The worker as known so far; null for somebody new, whom nothing can hurt.</param>
    /// <param name="after">The worker with the record; null where nothing would be left.</param>
    public static Effect Of(Worker? before, Worker? after)
    {
        if (before is null)
            return Effect.None;
        if (after is null)
            return before.Access == AccessState.Ended ? Effect.None : Effect.Terminates;
        var effect = OfAccess(before, after);
        var (was, now) = (before.Facts, after.Facts);
        if (before.Access == AccessState.Ended)
            return effect;
        if (IsOther(was.EmployeeNumber, now.EmployeeNumber) || IsOther(was.UserName, now.UserName) || IsOther(was.WorkEmail, now.WorkEmail)
            || was.TimeZone != now.TimeZone || (was.StartDate is not null && now.StartDate is not null && was.StartDate != now.StartDate)
            || (was.GivenName != now.GivenName && was.FamilyName != now.FamilyName))
        {
            effect |= Effect.Rekeys;
        }

        if (IsGone(was.ManagerId, now.ManagerId) || IsGone(was.Department, now.Department) || IsGone(was.DepartmentCode, now.DepartmentCode)
            || IsGone(was.Title, now.Title) || IsGone(was.Location, now.Location) || IsGone(was.Company, now.Company)
            || IsGone(was.WorkEmail, now.WorkEmail) || IsGone(was.FamilyName, now.FamilyName)
            || (was.StartDate is not null && now.StartDate is null))
        {
            effect |= Effect.Nulls;
        }

        if (IsOther(was.Department, now.Department) || IsOther(was.DepartmentCode, now.DepartmentCode)
            || IsOther(was.CostCenter, now.CostCenter) || IsOther(was.Company, now.Company) || IsOther(was.Location, now.Location)
            || IsOther(was.ManagerId, now.ManagerId))
        {
            effect |= Effect.Moves;
        }

        return effect;
    }

    private static Effect OfAccess(Worker before, Worker after)
    {
        if (before.Access == AccessState.Ended)
        {
            // Who comes back in a new stint is hired, not revived.
            return after.Access is AccessState.Ended or AccessState.None or AccessState.PreStart
                || (after.AccessStart is { } start && before.AccessEnd is { } end && start >= end)
                ? Effect.None
                : Effect.Revives;
        }

        if (after.Access == AccessState.Ended)
            return Effect.Terminates;
        var effect = after.AccessEnd is { } ends && !(before.AccessEnd <= ends) ? Effect.Terminates : Effect.None;
        return IsLess(before.Access, after.Access) || IsPlanned(before, after) ? effect | Effect.Disables : effect;
    }

    private static bool IsLess(AccessState was, AccessState now) => was switch
    {
        AccessState.Active => now != AccessState.Active,
        AccessState.Restricted => now is AccessState.Suspended or AccessState.None or AccessState.PreStart,
        _ => false,
    };

    // What dates take away on a day to come is judged now: on that day there is nobody to ask.
    private static bool IsPlanned(Worker before, Worker after) => PlanOf(after) is { } plan && plan != PlanOf(before) && plan != before.Access;

    // What comes after the first day of a hire is not the next thing that happens, but the word says it.
    private static AccessState? PlanOf(Worker worker) => worker switch
    {
        { NextAccess: AccessState.Restricted or AccessState.Suspended } => worker.NextAccess,
        { Access: AccessState.None, Facts.Status: EmploymentStatus.OnLeave } => AccessState.Restricted,
        { Access: AccessState.None, Facts.Status: EmploymentStatus.Suspended } => AccessState.Suspended,
        _ => null,
    };

    private static bool IsGone(string? was, string? now) => was is not null && now is null;

    private static bool IsOther(string? was, string? now) => was is not null && now is not null && was != now;
}
