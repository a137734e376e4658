using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>
/// A year of a company at the rates of companies: joiners, movers, new managers, leaves, notices, contracts that end, leavers, some of them at once
/// and some with their manager. Timers fire when they are due; people who are asked answer after a while, or never; targets prove what they were told
/// to do as the bridge would go about it: with an overlap, and with calls that fail and are made again. After every event the invariants are asked of
/// every account that it could have touched, and once a week of the whole inventory. The same seed gives the same year.
/// </summary>
internal sealed class SimulatedYear
{
    private const string Bridge = "bridge-";
    private const int BridgeCredentials = 5;
    private const double EventsPerPersonAndYear = 0.75;
    private static readonly SuccessionPolicy Policy = SuccessionPolicy.Default;
    private static readonly RotationPolicy Rotations = new();
    private static readonly Instant Begin = Sample.Instant("2026-01-01T00:00:00Z");

    private readonly Random _random;
    private readonly Dictionary<string, Person> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<string>> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<int>> _matters = new(StringComparer.Ordinal);
    private readonly List<ServiceAccount> _accounts = [];
    private readonly List<bool> _isUsed = [];
    private readonly List<Instant?> _timers = [];
    private readonly List<string> _left = [];
    private readonly PriorityQueue<Entry, (Instant At, Turn Turn, long Number)> _queue = new();
    private readonly HashSet<CascadeEvent> _seen = [];
    private readonly List<Duration> _orphans = [];
    private readonly List<string> _trail = [];
    private byte[] _hash = [];
    private Instant _now = Begin;
    private People _snapshot = new([]);
    private long _number;
    private int _keys;
    private double _owed;

    public SimulatedYear(int seed, int people, int accounts)
    {
        _random = new Random(seed);
        for (var i = 0; i < people; i++)
            Join(i == 0 ? null : Id((i - 1) / 7));
        for (var i = 0; i < Math.Max(8, people / 40); i++)
            _groups[$"g{i}"] = [Somebody(), Somebody()];
        Refresh();
        for (var i = 0; i < BridgeCredentials; i++)
            Add(NewAccount() with { BridgeCredential = Bridge + i.ToString(CultureInfo.InvariantCulture), Criticality = Criticality.C1 }, isUsed: true);
        for (var i = BridgeCredentials; i < accounts; i++)
            Add(NewAccount(), isUsed: _random.Next(20) > 0);
        At(Begin + Duration.FromHours(6), Turn.Feed, new Entry());
        At(Begin + Duration.FromDays(7), Turn.Census, new Entry());
    }

    // What happens at the same instant happens in this order.
    private enum Turn
    {
        Left, Feed, Timer, Answer, Census,
    }

    public int Events { get; private set; }

    public long Steps { get; private set; }

    public long Checks { get; private set; }

    public int Violations { get; private set; }

    public string FirstViolation { get; private set; } = "";

    public int Handed { get; private set; }

    /// <summary>Credentials that were exchanged or revoked, and seen to be.</summary>
    public int Rotated { get; private set; }

    /// <summary>Those of them that were in time.</summary>
    public int InTime { get; private set; }

    /// <summary>Credentials that can be exchanged or revoked, should have been, and are not.</summary>
    public int Overdue { get; private set; }

    /// <summary>Duties that ended with the account, or by somebody who answers for them.</summary>
    public int EndedOtherwise { get; private set; }

    public int Disabled { get; private set; }

    public int Deleted { get; private set; }

    public IReadOnlySet<CascadeEvent> Seen => _seen;

    /// <summary>How long each account stood on the orphan queue: until somebody answered for it, or until now.</summary>
    public IReadOnlyList<Duration> OrphanAges =>
        [.. _orphans.Concat(_accounts.Where(a => a is { Orphan: not null, Use: not AccountUse.Deleted }).Select(a => _now - a.Orphan!.Since)).Order()];

    public Duration OrphanAge95 => OrphanAges is { Count: > 0 } ages ? ages[(int)Math.Ceiling(ages.Count * 0.95) - 1] : Duration.Zero;

    public double ShareInTime => Rotated + Overdue == 0 ? 1 : (double)InTime / (Rotated + Overdue);

    /// <summary>Over every step in its order, and over what every account is in the end.</summary>
    public string Digest { get; private set; } = "";

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{_people.Count} people, {_accounts.Count} accounts, {Events} events, {Steps} steps, {Checks} checks: {Violations} violations; {Handed} handed over, " +
        $"{OrphanAges.Count} orphans, age p95 {OrphanAge95.TotalHours:0.0} h; {Rotated} rotated, {ShareInTime:P2} in time, {EndedOtherwise} ended otherwise; " +
        $"{Disabled} disabled, {Deleted} deleted; {Digest[..16]}");

    public void Run(int days)
    {
        var end = Begin + Duration.FromDays(days);
        while (_queue.TryPeek(out var entry, out var when) && when.At <= end)
        {
            _queue.Dequeue();
            _now = when.At;
            Do(when.Turn, entry);
        }

        _now = end;
        Census();
        Overdue = _accounts.Where(a => a.Use != AccountUse.Deleted).Sum(a => a.Duties.Count(d => d.ClosedAt is null && d.DueAt < _now && IsRotation(a, d)));
        foreach (var account in _accounts)
            Hash(ServiceAccountJson.Write(account));
        Digest = Convert.ToHexStringLower(_hash);
    }

    private static string Id(int i) => "p" + i.ToString(CultureInfo.InvariantCulture);

    // What a target can end by itself; the rest ends with the account, or somebody answers for it by name.
    private static bool IsRotation(ServiceAccount account, RotationDuty duty) =>
        account.Credentials.FirstOrDefault(c => c.KeyId == duty.KeyId) is { } c && (c.IsPersonal || c.Retirement == Retirement.Rotate);

    private static HashSet<string> PeopleOf(ServiceAccount a) =>
    [
        .. a.Accountable.SelectMany(h => new[] { h.PersonId, h.ActingFor }).Concat(a.Handovers.SelectMany(h => new[] { h.From, h.Asked?.PersonId }))
            .Concat(a.Credentials.SelectMany(a.Knowers)).Concat(a.Credentials.Select(c => c.Risk?.OwnerId)).Append(a.CreatedBy).OfType<string>(),
    ];

    private void Do(Turn turn, Entry entry)
    {
        switch (turn)
        {
            case Turn.Left:
                Leave(entry.Person!);
                break;
            case Turn.Feed:
                Feed();
                At(_now + Duration.FromDays(1), Turn.Feed, new Entry());
                break;
            case Turn.Timer:
                if (_timers[entry.Account] == _now)
                    Fire(entry.Account);
                break;
            case Turn.Answer:
                entry.Then!();
                break;
            default:
                Census();
                At(_now + Duration.FromDays(7), Turn.Census, new Entry());
                break;
        }
    }

    private void Leave(string personId)
    {
        // Now and then somebody comes back.
        if (_random.Next(10) == 0)
            At(_now + Duration.FromDays(_random.Next(5, 120)), Turn.Answer, new Entry { Then = () => ComeBack(personId) });
        // Whoever leaves at the same midnight is decided on together.
        _left.Add(personId);
        if (_queue.TryPeek(out _, out var next) && next.At == _now && next.Turn == Turn.Left)
            return;
        Tell([.. _left.Distinct(StringComparer.Ordinal).Select(id => _people[id]).Where(p => !p.IsGone && p.LeavesAt <= _now)
            .Select(p => (p with { IsGone = true }, (PersonEvent?)new PersonEvent(p.IsExternal ? CascadeEvent.ContractEnded : CascadeEvent.TerminationEffective, p.Id)))]);
        _left.Clear();
    }

    private void Feed()
    {
        _owed += _people.Count * EventsPerPersonAndYear / 365;
        var batch = new Dictionary<string, (Person, PersonEvent?)>(StringComparer.Ordinal);
        for (; _owed >= 1; _owed--)
        {
            foreach (var (person, happened) in Happen(_people[Id(_random.Next(_people.Count))]))
                batch.TryAdd(person.Id, (person, happened));
        }

        Tell([.. batch.Values]);
        if (_random.Next(100) < _people.Count * 5 / 365)
            Add(NewAccount(), isUsed: _random.Next(20) > 0);
    }

    private IEnumerable<(Person Person, PersonEvent? Happened)> Happen(Person p)
    {
        var chance = _random.Next(75);
        if (p.IsGone)
        {
            if (chance < 20)
                Join(Somebody());
            yield break;
        }

        switch (chance)
        {
            case < 10:
                Join(Somebody());
                break;
            case < 18 when p.LeavesAt is null:
                var leaves = (_now + Duration.FromDays(_random.Next(10, 90))).InUtc().Date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
                At(leaves, Turn.Left, new Entry { Person = p.Id });
                // Now and then somebody stays after all.
                if (_random.Next(8) == 0)
                    At(leaves - Duration.FromDays(_random.Next(1, 9)), Turn.Answer, new Entry { Then = () => Stay(p.Id, leaves) });
                yield return (p with { LeavesAt = leaves }, new(CascadeEvent.TerminationScheduled, p.Id));
                break;
            case >= 20 and < 23:
                yield return (p with { IsGone = true }, new(chance < 22 ? CascadeEvent.TerminationEffective : CascadeEvent.TerminatedForCause, p.Id));
                // Now and then the manager leaves in the same feed.
                if (_random.Next(10) == 0 && p.ManagerId is { } m && _people[m] is { IsGone: false, ManagerId: not null } manager)
                    yield return (manager with { IsGone = true }, new(CascadeEvent.TerminationEffective, m));
                break;
            case < 31 when !p.IsAway:
                var back = _now + Duration.FromDays(_random.Next(14, 180));
                var late = _random.Next(3) == 0 ? Duration.FromDays(_random.Next(1, 20)) : Duration.Zero;
                At(back + late, Turn.Answer, new Entry { Then = () => Return(p.Id) });
                yield return (p with { IsAway = true, AwayUntil = _random.Next(10) == 0 ? null : back }, new(CascadeEvent.LeaveStarted, p.Id));
                break;
            case < 41:
                var isSame = _random.Next(3) == 0;
                yield return (p with { ManagerId = isSame ? p.ManagerId : Somebody() }, new(CascadeEvent.Moved, p.Id) { LeavesDepartment = !isSame, ManagerThen = p.ManagerId });
                break;
            case < 51:
                yield return (p, new(CascadeEvent.MovedWithinTeam, p.Id));
                break;
            default:
                yield return (p with { ManagerId = p.Id == Id(0) ? null : Somebody() }, new(CascadeEvent.ManagerChanged, p.Id));
                break;
        }
    }

    private void Join(string? managerId)
    {
        var id = Id(_people.Count);
        var isExternal = _people.Count > 20 && _random.Next(7) == 0;
        _people[id] = new Person(id) { ManagerId = managerId, IsExternal = isExternal };
        if (isExternal)
            Contract(id, _now + Duration.FromDays(_random.Next(40, 400)));
    }

    private void Contract(string id, Instant end)
    {
        end = end.InUtc().Date.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();
        _people[id] = _people[id] with { LeavesAt = end };
        At(end, Turn.Left, new Entry { Person = id });
        At(end - Duration.FromDays(30), Turn.Answer, new Entry { Then = () => ContractEnding(id, end) });
    }

    private void ContractEnding(string id, Instant end)
    {
        if (_people[id] is not { IsGone: false } person || person.LeavesAt != end)
            return;
        // A third of them are prolonged before anybody has to care.
        if (_random.Next(3) == 0)
        {
            Contract(id, end + Duration.FromDays(180));
            Tell([(_people[id], null)]);
        }
        else
        {
            Tell([(person, new(CascadeEvent.ContractEnding, id))]);
        }
    }

    private void Stay(string id, Instant leaves)
    {
        if (_people[id] is { IsGone: false } person && person.LeavesAt == leaves)
            Tell([(person with { LeavesAt = null }, new(CascadeEvent.TerminationCancelled, id))]);
    }

    private void ComeBack(string id)
    {
        if (_people[id] is { IsGone: true } person)
            Tell([(person with { IsGone = false, LeavesAt = null, IsAway = false, AwayUntil = null }, new(CascadeEvent.Rehired, id))]);
    }

    private void Return(string id)
    {
        if (_people[id] is { IsAway: true, IsGone: false } person)
            Tell([(person with { IsAway = false, AwayUntil = null }, new(CascadeEvent.LeaveEnded, id))]);
    }

    // Everybody of a batch is as they are after it, before the first of its events is decided.
    private void Tell(IReadOnlyList<(Person Person, PersonEvent? Happened)> batch)
    {
        foreach (var (person, _) in batch)
            _people[person.Id] = person;
        Refresh();
        var concerned = new SortedDictionary<int, List<PersonEvent?>>();
        foreach (var (person, happened) in batch)
        {
            Events++;
            if (happened is not null)
                _seen.Add(happened.Type);
            foreach (var i in _matters.GetValueOrDefault(person.Id) ?? [])
            {
                if (!concerned.TryGetValue(i, out var events))
                    concerned[i] = events = [];
                events.Add(happened);
            }
        }

        foreach (var (i, events) in concerned)
        {
            // Two of those who answer for it may be in one batch: it is as it should be when both are decided on.
            foreach (var (n, happened) in events.Index())
            {
                Take(
                    i, happened is null ? [] : Cascade.Of(_accounts[i], happened, _snapshot, Policy, _now), happened?.Type.ToString() ?? "prolonged",
                    isLast: n == events.Count - 1);
            }
        }
    }

    private void Fire(int i)
    {
        var account = _accounts[i];
        // The discovery keeps the last use in step.
        if (_isUsed[i] && account.Use is AccountUse.InUse or AccountUse.Restricted)
            _accounts[i] = account with { LastUsedAt = _now - Duration.FromMinutes(_random.Next(1, 1_000)) };
        Take(i, Duties.Due(_accounts[i], _snapshot, Policy, _now), "due");
    }

    private void Take(int i, IReadOnlyList<CascadeStep> steps, string why, bool isLast = true)
    {
        foreach (var step in steps)
            Note(i, $"{why}: {StepText.Of(step, _now)}");
        Steps += steps.Count;
        Put(i, StepEffect.Of(_accounts[i], steps, _now), why, steps.Count > 0, isLast);
    }

    private void Put(int i, ServiceAccount after, string why, bool isLookedAtAgain = false, bool isLast = true)
    {
        var before = _accounts[i];
        _accounts[i] = after;
        if (!ReferenceEquals(before, after))
        {
            Index(i, before, after);
            Follow(i, before, after);
        }

        Set(i, isLookedAtAgain);
        if (isLast)
            Check(i, why);
    }

    // As the bridge does: what was decided is looked at once more after a minute.
    private void Set(int i, bool isLookedAtAgain)
    {
        var next = Duties.NextAt(_accounts[i], _snapshot, Policy, _now);
        var again = _now + Duration.FromMinutes(1);
        if (isLookedAtAgain && !(next < again))
            next = again;
        if (next == _timers[i])
            return;
        _timers[i] = next;
        if (next is { } at)
            At(at, Turn.Timer, new Entry { Account = i });
    }

    private void Index(int i, ServiceAccount? before, ServiceAccount after)
    {
        var gone = before is null ? [] : PeopleOf(before);
        foreach (var id in PeopleOf(after))
        {
            if (gone.Remove(id))
                continue;
            if (!_matters.TryGetValue(id, out var theirs))
                _matters[id] = theirs = [];
            theirs.Add(i);
        }

        foreach (var id in gone)
            _matters[id].Remove(i);
    }

    // Whoever is asked for something by what was decided does it in a while, or does not.
    private void Follow(int i, ServiceAccount before, ServiceAccount after)
    {
        foreach (var handover in after.Handovers.Where(h => h.Asked is not null))
        {
            if (before.HandoverOf(handover.Role) is not { } then || then.Asked != handover.Asked || then.AnswerBy != handover.AnswerBy)
                Ask(i, handover);
        }

        foreach (var duty in after.Duties.Where(d => d.ClosedAt is null && !before.Duties.Contains(d) && d.EscalatedAt is null))
            Prove(i, duty);
        foreach (var duty in after.Duties.Where(d => d.ClosedAt is not null && !before.Duties.Contains(d)))
            Count(i, duty);
        foreach (var credential in after.Credentials.Where(c => c.Risk is { AcceptedAt: null } && before.Credentials.All(b => b.KeyId != c.KeyId || b.Risk != c.Risk)))
            Soon(1, 48, () => Put(i, RotationProof.RiskAccepted(_accounts[i], credential.KeyId, RiskOwner(i, credential.KeyId), _now), "risk accepted"));
        if (before.Orphan is null && after.Orphan is not null)
            Find(i, again: false);
        if (before.Orphan is { } orphan && after.Orphan is null)
            _orphans.Add(_now - orphan.Since);
        if (before.AttestBy is null && after.AttestBy is not null && _random.Next(20) > 0)
            Soon(1, 200, () => Attest(i));
        if (before.Use != after.Use)
            Moved(i, after);
        foreach (var acting in after.Accountable.Where(a => a.ReturnBy is not null && !before.Accountable.Contains(a) && a.Confirmed.Count == 0))
        {
            Soon(1, 100, () => Take(i, Answers.ConfirmReturn(_accounts[i], acting.PersonId, _snapshot, Policy, _now), "confirm"));
            Soon(1, 200, () => Take(i, Answers.ConfirmReturn(_accounts[i], acting.ActingFor!, _snapshot, Policy, _now), "confirm"));
        }
    }

    private void Moved(int i, ServiceAccount after)
    {
        Disabled += after.Use == AccountUse.Disabled ? 1 : 0;
        Deleted += after.Use == AccountUse.Deleted ? 1 : 0;
        if (after is { Use: AccountUse.Deleted, Orphan: { } orphan })
            _orphans.Add(_now - orphan.Since);
        // Whoever needs it is heard, most of them before it is disabled.
        if (after.Use == AccountUse.Restricted && _isUsed[i] && _random.Next(10) > 0)
            Soon(1, 300, () => Attest(i));
        if (after is { Use: AccountUse.Disabled, Changes: [.., { Reason: StateReason.LateRotation }] })
            Soon(10, 100, () => Repair(i));
    }

    // Two of three accept, one of seven never answers.
    private void Ask(int i, Handover handover)
    {
        var chance = _random.Next(100);
        if (chance < 15)
            return;
        var within = Policy.Of(_accounts[i].Criticality).AnswerWithin;
        var person = handover.Asked!.PersonId;
        At(_now + Rounded(within * (0.05 + (0.85 * _random.NextDouble()))), Turn.Answer, new Entry
        {
            Then = () =>
            {
                var account = _accounts[i];
                if (account.HandoverOf(handover.Role)?.Asked?.PersonId != person)
                    return;
                var steps = chance < 30
                    ? Answers.Decline(account, handover.Role, person, _snapshot, Policy, _now)
                    : Answers.Accept(account, handover.Role, person, _snapshot, Policy, _now);
                Handed += chance >= 30 && steps.Count > 0 ? 1 : 0;
                Take(i, steps, "answer");
            },
        });
    }

    // The duty group finds somebody within a working day; now and then only once it was told a second time.
    private void Find(int i, bool again) => Soon(again ? 1 : 0.5, _random.Next(50) == 0 ? 40 : again ? 3 : 16, () =>
    {
        if (_accounts[i] is not { Orphan.Roles: [var role, ..], Use: not AccountUse.Deleted } account)
            return;
        Take(i, Answers.Accept(account, role, Somebody(), _snapshot, Policy, _now), "found");
        if (_accounts[i].Orphan is not null)
            Find(i, again: true);
    });

    private void Attest(int i)
    {
        if (_accounts[i].Accountable.FirstOrDefault(a => a.Role != AccountableRole.CoSponsor) is { } one)
            Take(i, Answers.Attest(_accounts[i], one.PersonId, _snapshot, Policy, _now), "attest");
    }

    // What could not be exchanged is, by hand; then the account works again.
    private void Repair(int i)
    {
        foreach (var duty in _accounts[i].Duties.Where(d => d is { ClosedAt: null, DisablesWhenLate: true }))
            Put(i, RotationProof.Seen(_accounts[i], duty.KeyId, CredentialState.RotatedVerified, _now), "repaired");
        if (_accounts[i] is { Use: AccountUse.Disabled } account && account.Accountable.FirstOrDefault(a => a.Role != AccountableRole.CoSponsor) is { } one)
            Take(i, Answers.Undo(account, one.PersonId, _snapshot, Policy, _now), "undo");
    }

    // As the bridge goes about it: a call fails one time in five and is made again after 15 s, 30 s, 60 s, ...; the old one is kept until the new one is
    // seen in use, and not past the overlap.
    private void Prove(int i, RotationDuty duty)
    {
        if (!IsRotation(_accounts[i], duty) || _accounts[i].Credentials.First(c => c.KeyId == duty.KeyId) is not { } credential)
            return;
        var isExchanged = credential is { IsPersonal: false } && _accounts[i].Use is AccountUse.InUse or AccountUse.Restricted;
        var taken = Called() + Called();
        if (isExchanged)
        {
            var kept = Rotations.OverlapUntil(_now, duty.DueAt) - _now;
            taken += Duration.Min(kept, Rounded(Duration.FromHours(2) * -Math.Log(1 - _random.NextDouble()))) + Called();
        }

        At(_now + taken, Turn.Answer, new Entry
        {
            Then = () =>
            {
                var account = _accounts[i];
                if (account.Duties.All(d => d.KeyId != duty.KeyId || d.ClosedAt is not null))
                    return;
                account = RotationProof.Seen(account, duty.KeyId, isExchanged ? CredentialState.RotatedVerified : CredentialState.RevokedVerified, _now);
                if (isExchanged)
                    account = account with { Credentials = [.. account.Credentials, new Credential(NewKey()) { IsTracked = true }] };
                Put(i, account, "proof");
            },
        });
    }

    private Duration Called()
    {
        var taken = Duration.FromSeconds(2);
        for (var wait = 15; _random.Next(5) == 0; wait *= 2)
            taken += Duration.FromSeconds(wait);
        return taken;
    }

    private void Count(int i, RotationDuty duty)
    {
        Note(i, $"closed {duty.KeyId}");
        var account = _accounts[i];
        if (!IsRotation(account, duty) || account.Credentials.First(c => c.KeyId == duty.KeyId).State == CredentialState.Unverifiable)
        {
            EndedOtherwise++;
            return;
        }

        Rotated++;
        InTime += duty.ClosedAt <= duty.DueAt ? 1 : 0;
    }

    private string? RiskOwner(int i, string keyId) => _accounts[i].Credentials.First(c => c.KeyId == keyId).Risk?.OwnerId;

    private ServiceAccount NewAccount()
    {
        var criticality = _random.Next(20) switch { 0 => Criticality.C1, < 4 => Criticality.C2, < 12 => Criticality.C3, _ => Criticality.C4 };
        var (sponsor, owner) = (Somebody(), Somebody());
        while (owner == sponsor)
            owner = Somebody();
        var accountable = new List<Accountable>
        {
            new(AccountableRole.Sponsor, sponsor, _now) { AcceptedAt = _now }, new(AccountableRole.TechnicalOwner, owner, _now) { AcceptedAt = _now },
        };
        if (_random.Next(2) == 0 && Somebody() is var second && second != sponsor)
            accountable.Add(new(AccountableRole.CoSponsor, second, _now) { AcceptedAt = _now });
        return new ServiceAccount("sa" + _accounts.Count.ToString(CultureInfo.InvariantCulture), (ServiceAccountKind)_random.Next(9), criticality)
        {
            Accountable = accountable,
            TeamId = _random.Next(5) > 0 ? $"g{_random.Next(_groups.Count)}" : null,
            ApplicationId = _random.Next(2) == 0 ? $"g{_random.Next(_groups.Count)}" : null,
            CreatedBy = _random.Next(4) > 0 ? owner : null,
            IsPrivileged = _random.Next(5) == 0,
            AttestedAt = _now - Duration.FromMinutes(_random.Next(170 * 24 * 60)),
            LastUsedAt = _now - Duration.FromMinutes(_random.Next(100 * 24 * 60)),
            ExpiresAt = _random.Next(10) == 0 ? _now + Duration.FromDays(_random.Next(60, 700)) : null,
            Exemption = _random.Next(100) == 0 ? new("break glass", Id(0), _now + Duration.FromDays(365)) : null,
            Credentials = [.. Enumerable.Range(0, 1 + _random.Next(2)).Select(_ => NewCredential(owner, sponsor))],
        };
    }

    private Credential NewCredential(string owner, string sponsor) => new(NewKey())
    {
        IsPersonal = _random.Next(10) == 0,
        Retirement = (Retirement)(_random.Next(12) switch { 0 => 1, 1 => 2, _ => 0 }),
        CreatedBy = owner,
        IsTracked = _random.Next(2) == 0,
        KnownTo = _random.Next(3) == 0 ? [new(sponsor, _now, Evidence.Shared), new(owner, _now, Evidence.Created)] : [new(owner, _now, Evidence.Created)],
    };

    private string NewKey() => "k" + _keys++.ToString(CultureInfo.InvariantCulture);

    private void Add(ServiceAccount account, bool isUsed)
    {
        _accounts.Add(account);
        _isUsed.Add(isUsed);
        _timers.Add(null);
        Index(_accounts.Count - 1, before: null, account);
        Set(_accounts.Count - 1, isLookedAtAgain: false);
        Check(_accounts.Count - 1, "new");
    }

    // Somebody of the organisation itself who is here and stays.
    private string Somebody()
    {
        while (true)
        {
            var person = _people[Id(_random.Next(_people.Count))];
            if (person is { IsGone: false, IsAway: false, LeavesAt: null, IsExternal: false })
                return person.Id;
        }
    }

    private void Soon(double fromHours, double toHours, Action then) =>
        At(_now + Rounded(Duration.FromHours(fromHours + ((toHours - fromHours) * _random.NextDouble()))), Turn.Answer, new Entry { Then = then });

    private static Duration Rounded(Duration time) => Duration.FromSeconds(Math.Floor(time.TotalSeconds));

    private void At(Instant at, Turn turn, Entry entry) => _queue.Enqueue(entry, (at, turn, _number++));

    private void Census()
    {
        for (var i = 0; i < _accounts.Count; i++)
            Check(i, "census");
        Violated(Invariants.OfInventory(_accounts, Enumerable.Range(0, BridgeCredentials).Select(i => Bridge + i.ToString(CultureInfo.InvariantCulture))), 0, "census");
    }

    private void Check(int i, string after)
    {
        Checks++;
        Violated(Invariants.Violations(_accounts[i], _snapshot, Policy, _now), i, after);
    }

    private void Violated(IReadOnlyList<Violation> violations, int i, string after)
    {
        if (violations.Count == 0)
            return;
        Violations += violations.Count;
        if (FirstViolation.Length == 0)
        {
            var account = _accounts[i];
            FirstViolation = $"{_now}, {after}: {account.Id} {account.Criticality}: {string.Join("; ", violations)}\n" +
                string.Join('\n', _trail.Where(l => l.Contains($" {account.Id} ", StringComparison.Ordinal)).TakeLast(20)) + "\n" + ServiceAccountJson.Write(account);
        }
    }

    private void Note(int i, string what)
    {
        var line = $"{_now} {_accounts[i].Id} {what}";
        Hash(line);
        // Enough to see what led to a violation.
        if (_trail.Count == 200_000)
            _trail.RemoveRange(0, 100_000);
        _trail.Add(line);
    }

    private void Hash(string text) => _hash = SHA256.HashData([.. _hash, .. Encoding.UTF8.GetBytes(text)]);

    private void Refresh() => _snapshot = new People(_people.Values, _groups, _groups);

    /// <summary>What stands in the queue: whose timer, who has left, or what somebody does.</summary>
    private readonly record struct Entry(int Account, string? Person, Action? Then);
}
