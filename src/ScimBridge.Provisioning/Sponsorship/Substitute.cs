using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Finds somebody to stand in for who is away: as the chain of succession goes, a co-sponsor first.</summary>
internal static class Substitute
{
    /// <summary>Has somebody stand in, where there is somebody; they take the place of whoever stood in before.</summary>
    public static void Find(Course course, AccountableRole role, string away)
    {
        var chain = Succession.Chain(course.Account, new Handover(role, away, course.ManagerOf(away), course.Now), course.People, course.Policy, course.Now);
        if (chain.FirstOrDefault() is { } first)
            course.Do(new CascadeStep.SetActing(role, first.PersonId, away, Until(course, away)));
    }

    /// <summary>Until when somebody stands in: the expected return, or a while at a time where nobody knows it, or it has passed.</summary>
    public static Instant Until(Course course, string away) =>
        course.People[away].AwayUntil is { } until && until > course.Now ? until : course.Now + course.Policy.ActingAtATime;
}
