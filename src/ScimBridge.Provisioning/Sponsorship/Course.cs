using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>The steps of a decision about one account as they come about, and what they have made of it so far.</summary>
internal sealed class Course(ServiceAccount account, People people, SuccessionPolicy policy, Instant now, PersonEvent? happened = null)
{
    private readonly List<CascadeStep> _steps = [];

    public ServiceAccount Account { get; private set; } = account;

    public People People => people;

    public SuccessionPolicy Policy => policy;

    public Instant Now => now;

    public CriticalityPolicy Timers => policy.Of(Account.Criticality);

    public IReadOnlyList<CascadeStep> Steps => _steps;

    public void Do(CascadeStep step)
    {
        _steps.Add(step);
        Account = StepEffect.Of(Account, step, now);
    }

    /// <summary>Whether a person may answer for an account now.</summary>
    public bool CanAnswer(string personId) => people[personId].CanAnswer(now, policy);

    /// <summary>Whether a person may be asked to succeed now.</summary>
    public bool CanSucceed(string personId) => people[personId].CanSucceed(now, policy);

    /// <summary>Who was the manager of a person at the event's instant; null for none.</summary>
    public string? ManagerOf(string personId) =>
        happened is { ManagerThen: { } then } && happened.PersonId == personId ? then : people[personId].ManagerId;

    /// <summary>Whether they may, and are here to do it.</summary>
    public bool IsPresent(string personId) => CanAnswer(personId) && !people[personId].IsAway;
}
