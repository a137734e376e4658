using System.Text;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>
/// A company that goes on for months: people join, move, change managers, go on leave, are told to leave, leave, leave at once, come back; some
/// of those who are asked answer, others never do; targets prove what they were told to do, or do not. After every event the invariants are
/// asked. The same seed gives the same months.
/// </summary>
internal sealed class SimulatedCompany
{
    private static readonly SuccessionPolicy Policy = SuccessionPolicy.Default;

    private readonly Random _random;
    private readonly Dictionary<string, Person> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _teams = new(StringComparer.Ordinal);
    private readonly List<ServiceAccount> _accounts = [];
    private readonly HashSet<CascadeEvent> _seen = [];
    private readonly StringBuilder _log = new();
    private Instant _now = Sample.Instant("2026-01-01T08:00:00Z");
    private People _snapshot = new([]);
    private int _keys;

    public SimulatedCompany(int seed, int people, int accounts)
    {
        _random = new Random(seed);
        for (var i = 0; i < people; i++)
        {
            // A tree, with a ring at its top that nobody meant.
            var manager = i == 0 ? Id(1) : Id(i / 4);
            _people[Id(i)] = new Person(Id(i)) { ManagerId = manager, IsExternal = i > 10 && _random.Next(8) == 0 };
        }

        for (var i = 0; i < 8; i++)
            _teams[$"g{i}"] = [Id(_random.Next(people)), Id(_random.Next(people))];
        Refresh();
        for (var i = 0; i < accounts; i++)
            _accounts.Add(NewAccount(i));
    }

    public int Violations { get; private set; }

    public int Checks { get; private set; }

    public int Orphans => _accounts.Count(a => a.Orphan is not null);

    public int Handed { get; private set; }

    public int Rotated { get; private set; }

    public IReadOnlySet<CascadeEvent> Seen => _seen;

    public IReadOnlyList<ServiceAccount> Accounts => _accounts;

    /// <summary>Every step of every decision, in order.</summary>
    public string Log => _log.ToString();

    public string FirstViolation { get; private set; } = "";

    public void Run(int hours)
    {
        for (var hour = 0; hour < hours; hour += 2)
        {
            _now += Duration.FromHours(2);
            for (var i = 0; i < _accounts.Count; i++)
                Take(i, Duties.Due(_accounts[i], _snapshot, Policy, _now), "due");
            Check("time");
            Tell([.. _people.Values.Select(OfTime).OfType<(Person, PersonEvent)>()]);
            if (_random.Next(2) == 0)
                Happen();
            Answer();
            Prove();
        }
    }

    // A leaver goes when their day has come; whoever is away comes back, often later than was expected.
    private (Person, PersonEvent)? OfTime(Person person)
    {
        if (!person.IsGone && person.LeavesAt <= _now)
            return (person with { IsGone = true }, new(person.IsExternal ? CascadeEvent.ContractEnded : CascadeEvent.TerminationEffective, person.Id));
        return person.IsAway && person.AwayUntil <= _now && _random.Next(3) == 0
            ? (person with { IsAway = false, AwayUntil = null }, new(CascadeEvent.LeaveEnded, person.Id))
            : null;
    }

    private static string Id(int i) => $"p{i}";

    private ServiceAccount NewAccount(int i)
    {
        var criticality = (Criticality)(1 + _random.Next(4));
        var sponsor = Somebody(internalOnly: _random.Next(4) > 0);
        var owner = Somebody(internalOnly: true);
        while (owner == sponsor)
            owner = Somebody(internalOnly: true);
        var since = _now;
        var accountable = new List<Accountable>
        {
            new(AccountableRole.Sponsor, sponsor, since) { AcceptedAt = since }, new(AccountableRole.TechnicalOwner, owner, since) { AcceptedAt = since },
        };
        if (_random.Next(2) == 0 && Somebody(internalOnly: true) is var second && second != sponsor)
            accountable.Add(new(AccountableRole.CoSponsor, second, since) { AcceptedAt = since });
        return new ServiceAccount($"sa{i}", (ServiceAccountKind)_random.Next(9), criticality)
        {
            Accountable = accountable,
            TeamId = $"g{_random.Next(8)}",
            ApplicationId = _random.Next(2) == 0 ? $"g{_random.Next(8)}" : null,
            CreatedBy = owner,
            IsPrivileged = _random.Next(3) == 0,
            AttestedAt = _now - Duration.FromDays(_random.Next(170)),
            LastUsedAt = _now,
            Exemption = _random.Next(20) == 0 ? new("break glass", Id(0), _now + Duration.FromDays(365)) : null,
            Credentials = [.. Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => NewCredential(owner, sponsor))],
        };
    }

    private Credential NewCredential(string owner, string sponsor) => new($"k{_keys++}")
    {
        IsPersonal = _random.Next(6) == 0,
        Retirement = (Retirement)(_random.Next(5) switch { 0 => 1, 1 => 2, _ => 0 }),
        CreatedBy = owner,
        IsTracked = _random.Next(2) == 0,
        KnownTo = _random.Next(2) == 0 ? [new(sponsor, _now, Evidence.Shared), new(owner, _now, Evidence.Created)] : [],
    };

    private string Somebody(bool internalOnly)
    {
        while (true)
        {
            var person = _people[Id(_random.Next(_people.Count))];
            if (person is { IsGone: false, IsAway: false, LeavesAt: null } && !(internalOnly && person.IsExternal))
                return person.Id;
        }
    }

    private void Happen()
    {
        var person = _people[Id(_random.Next(_people.Count))];
        switch (_random.Next(12))
        {
            case 0 when person.IsGone:
                Tell(person with { IsGone = false, LeavesAt = null, IsAway = false, AwayUntil = null }, new(CascadeEvent.Rehired, person.Id));
                break;
            // Now and then the manager leaves in the same feed.
            case 1 or 2 when !person.IsGone && _random.Next(3) == 0:
                var type = _random.Next(3) == 0 ? CascadeEvent.TerminatedForCause : CascadeEvent.TerminationEffective;
                List<(Person, PersonEvent)> batch = [(person with { IsGone = true }, new(type, person.Id))];
                if (_random.Next(2) == 0 && person.ManagerId is { } m && m != person.Id && m != Id(0) && !_people[m].IsGone)
                    batch.Add((_people[m] with { IsGone = true }, new(CascadeEvent.TerminationEffective, m)));
                Tell(batch);
                break;
            case 3 when person is { IsGone: false, LeavesAt: null }:
                Tell(
                    person with { LeavesAt = _now + Duration.FromHours(_random.Next(1, 1000)) },
                    new(person.IsExternal ? CascadeEvent.ContractEnding : CascadeEvent.TerminationScheduled, person.Id));
                break;
            case 4 when person is { IsGone: false, LeavesAt: not null }:
                Tell(person with { LeavesAt = null }, new(CascadeEvent.TerminationCancelled, person.Id));
                break;
            case 5 or 6 when person is { IsGone: false, IsAway: false }:
                Tell(person with { IsAway = true, AwayUntil = _random.Next(4) == 0 ? null : _now + Duration.FromDays(_random.Next(14, 120)) }, new(CascadeEvent.LeaveStarted, person.Id));
                break;
            case 7 when person.IsAway:
                Tell(person with { IsAway = false, AwayUntil = null }, new(CascadeEvent.LeaveEnded, person.Id));
                break;
            case 8 or 9 when !person.IsGone:
                Tell(
                    person with { ManagerId = Id(_random.Next(_people.Count)) },
                    new(CascadeEvent.Moved, person.Id) { LeavesDepartment = _random.Next(2) == 0, ManagerThen = person.ManagerId });
                break;
            case 10 when !person.IsGone:
                Tell(person with { ManagerId = Id(_random.Next(_people.Count)) }, new(CascadeEvent.ManagerChanged, person.Id));
                break;
            case 11 when !person.IsGone:
                Tell(person, new(CascadeEvent.MovedWithinTeam, person.Id));
                break;
            default:
                var id = Id(_people.Count);
                _people[id] = new Person(id) { ManagerId = Somebody(internalOnly: true) };
                Refresh();
                break;
        }
    }

    private void Tell(Person person, PersonEvent happened) => Tell([(person, happened)]);

    // Everybody of a batch is as they are after it, before the first of its events is decided.
    private void Tell(IReadOnlyList<(Person Person, PersonEvent Happened)> batch)
    {
        foreach (var (person, _) in batch)
            _people[person.Id] = person;
        Refresh();
        foreach (var (_, happened) in batch)
        {
            _seen.Add(happened.Type);
            for (var i = 0; i < _accounts.Count; i++)
                Take(i, Cascade.Of(_accounts[i], happened, _snapshot, Policy, _now), happened.Type.ToString());
        }

        Check(string.Join(", ", batch));
    }

    // Two of three answer in the end; the others never do.
    private void Answer()
    {
        for (var i = 0; i < _accounts.Count; i++)
        {
            foreach (var handover in _accounts[i].Handovers)
            {
                if (handover.Asked is not { } asked || _random.Next(12) > 0)
                    continue;
                var accepts = _random.Next(3) > 0;
                var steps = accepts
                    ? Answers.Accept(_accounts[i], handover.Role, asked.PersonId, _snapshot, Policy, _now)
                    : Answers.Decline(_accounts[i], handover.Role, asked.PersonId, _snapshot, Policy, _now);
                Handed += accepts && steps.Count > 0 ? 1 : 0;
                Take(i, steps, "answer");
                Check("answer");
            }

            if (_accounts[i].Orphan is { Roles: [var role, ..] } && _random.Next(200) == 0)
                Take(i, Answers.Accept(_accounts[i], role, Somebody(internalOnly: true), _snapshot, Policy, _now), "found");
            if (_accounts[i].Accountable is [var one, ..] && _random.Next(100) == 0)
                Take(i, Answers.Attest(_accounts[i], one.PersonId, _snapshot, Policy, _now), "attest");
            if (_accounts[i].Accountable.FirstOrDefault(a => a.ReturnBy is not null) is { } acting && _random.Next(20) == 0)
            {
                Take(i, Answers.ConfirmReturn(_accounts[i], acting.PersonId, _snapshot, Policy, _now), "confirm");
                Take(i, Answers.ConfirmReturn(_accounts[i], acting.ActingFor!, _snapshot, Policy, _now), "confirm");
            }

            if (_accounts[i] is { Use: AccountUse.Disabled, Accountable: [var holder, ..] } && _random.Next(50) == 0)
                Take(i, Answers.Undo(_accounts[i], holder.PersonId, _snapshot, Policy, _now), "undo");
        }

        Check("answers");
    }

    // A target does what it was told in the end, four times of five; the new credential is known to whoever owns the account by then.
    private void Prove()
    {
        for (var i = 0; i < _accounts.Count; i++)
        {
            foreach (var duty in _accounts[i].Duties.Where(d => d.ClosedAt is null))
            {
                var account = _accounts[i];
                if (_random.Next(30) > 0 || account.Use == AccountUse.Deleted || account.Credentials.FirstOrDefault(c => c.KeyId == duty.KeyId) is not { } credential)
                    continue;
                if (credential.Retirement == Retirement.None)
                {
                    if (credential.Risk is { } risk)
                        _accounts[i] = RotationProof.RiskAccepted(account, duty.KeyId, risk.OwnerId, _now);
                    continue;
                }

                var isRotated = credential is { IsPersonal: false, Retirement: Retirement.Rotate };
                account = RotationProof.Seen(account, duty.KeyId, isRotated ? CredentialState.RotatedVerified : CredentialState.RevokedVerified, _now);
                Rotated++;
                if (isRotated && account.Accountable.FirstOrDefault(a => a is { Role: AccountableRole.TechnicalOwner, IsSettled: true }) is { } owner)
                    account = account with { Credentials = [.. account.Credentials, credential with { KeyId = $"k{_keys++}", CreatedBy = owner.PersonId, KnownTo = [] }] };
                _accounts[i] = account;
            }
        }

        Check("proofs");
    }

    private void Take(int i, IReadOnlyList<CascadeStep> steps, string why)
    {
        if (steps.Count == 0)
            return;
        var before = _accounts[i].Use;
        foreach (var step in steps)
        {
            _log.Append(_now).Append(' ').Append(_accounts[i].Id).Append(' ').Append(why).Append(": ").Append(StepText.Of(step, _now)).Append('\n');
            // An edge that is none throws.
            _accounts[i] = StepEffect.Of(_accounts[i], step, _now);
        }

        Assert.False(before == AccountUse.Deleted, "nothing is done to what is deleted");
    }

    private void Check(string after)
    {
        foreach (var account in _accounts)
        {
            Checks++;
            var violations = Invariants.Violations(account, _snapshot, Policy, _now);
            if (violations.Count == 0)
                continue;
            Violations += violations.Count;
            if (FirstViolation.Length == 0)
                FirstViolation = $"{_now}, {after}: {account.Id} {account.Criticality}: {string.Join("; ", violations)}\n{string.Join('\n', _log.ToString().Split('\n').Where(l => l.Contains($" {account.Id} ", StringComparison.Ordinal)).TakeLast(20))}";
        }
    }

    private void Refresh() => _snapshot = new People(_people.Values, _teams, _teams);
}
