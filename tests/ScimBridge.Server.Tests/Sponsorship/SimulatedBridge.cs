using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>
/// A company that goes on through the whole of the server: a feed each day, four looks a day at what is due, people who answer in a while or never,
/// and some accounts at the tenant of the sandbox, whose programs sign in with the secret that the vault has. After each step the invariants are asked of
/// every account: what has changed since the last step is read anew, and nothing else is. The same seed gives the same course.
/// </summary>
internal sealed partial class SimulatedBridge : IAsyncDisposable
{
    private const string Tenant = "entra";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly TimeSpan Step = TimeSpan.FromHours(6);
    private readonly RotationBridge _test;
    private readonly TestBridge _bridge;
    private readonly Random _random;
    private readonly List<Employee> _employees = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Person> _people = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (long Version, ServiceAccount Account)> _accounts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Consumer> _consumers = new(StringComparer.Ordinal);
    private readonly PriorityQueue<Func<Task>, (int Step, long Number)> _coming = new();
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private readonly List<Duration> _orphans = [];
    private People _snapshot = new([]);
    private double _owed;
    private long _number;
    private int _step;

    private SimulatedBridge(RotationBridge test, int seed) => (_test, _bridge, _random) = (test, test.Bridge, new Random(seed));

    public int Events { get; private set; }

    public long Checks { get; private set; }

    /// <summary>Accounts that were read because they had changed.</summary>
    public long Changed { get; private set; }

    public int Handed { get; private set; }

    /// <summary>Credentials that were exchanged or revoked, and seen to be.</summary>
    public int Rotated { get; private set; }

    /// <summary>Those of them that were in time.</summary>
    public int InTime { get; private set; }

    /// <summary>Of them, those that the bridge exchanged at the sandbox.</summary>
    public int AtTenant { get; private set; }

    /// <summary>How often a program signed in while its secret was exchanged, and how often it could not.</summary>
    public (int Calls, int Lost) SignIns { get; private set; }

    public string Digest { get; private set; } = "";

    public Duration OrphanAge95
    {
        get
        {
            var now = _bridge.Get<IClock>().GetCurrentInstant();
            List<Duration> ages = [.. _orphans.Concat(Live.Where(a => a.Orphan is not null).Select(a => now - a.Orphan!.Since)).Order()];
            return ages.Count == 0 ? Duration.Zero : ages[(int)Math.Ceiling(ages.Count * 0.95) - 1];
        }
    }

    public double ShareInTime
    {
        get
        {
            var now = _bridge.Get<IClock>().GetCurrentInstant();
            var overdue = Live.Sum(a => a.Duties.Count(d => d.ClosedAt is null && d.DueAt < now && IsRotation(a, d)));
            return Rotated + overdue == 0 ? 1 : (double)InTime / (Rotated + overdue);
        }
    }

    private IEnumerable<ServiceAccount> Live => _accounts.Values.Select(a => a.Account).Where(a => a.Use != AccountUse.Deleted);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{_employees.Count} people, {_accounts.Count} accounts, {_step / 4} days: {Events} events, {Changed} accounts changed, {Checks} checks; {Handed} handed over, " +
        $"{_orphans.Count} orphans found somebody, age p95 {OrphanAge95.TotalHours:0.0} h; {Rotated} rotated, {ShareInTime:P2} in time, {AtTenant} at the sandbox; " +
        $"{SignIns.Calls} sign-ins while secrets were exchanged, {SignIns.Lost} lost");

    public static async Task<SimulatedBridge> StartAsync(DatabaseKind kind, int seed, int people, int accounts, int atTenant)
    {
        var test = await RotationBridge.StartAsync(kind, json =>
        {
            var targets = json["targets"]!.AsObject();
            foreach (var other in targets.Select(t => t.Key).Where(t => t != Tenant).ToList())
                targets.Remove(other);
            // Somebody is left in the end: two people whom HR never touches.
            json["sponsorship"]!["applications"] = new JsonObject { ["erp"] = new JsonArray("fn0.ln0@corp.example", "fn1.ln1@corp.example") };
            json["sponsorship"]!["bridge"] = new JsonObject { ["owners"] = new JsonArray("fn0.ln0@corp.example"), ["sponsors"] = new JsonArray("fn1.ln1@corp.example") };
        });
        var company = new SimulatedBridge(test, seed);
        await company.FillAsync(people, accounts, atTenant);
        return company;
    }

    /// <summary>Lets days pass.</summary>
    public async Task RunAsync(int days)
    {
        for (var end = _step + (days * 4); _step < end;)
        {
            _step++;
            _bridge.Time.Advance(Step);
            if (_step % 4 == 0)
                await FeedAsync();
            else
                await _bridge.RunAsync(DrainKind.DecideWorkers, "hr");
            await LookAsync("time");
            await AnswerAsync();
            await LookAsync("answers");
            await AnswerAsync();
            if (_consumers.Count > 0)
                await _bridge.RunAsync(DrainKind.Rotate, Tenant);
            await SignInAsync();
        }

        Digest = Digested();
    }

    public async ValueTask DisposeAsync() => await _test.DisposeAsync();

    private async Task AnswerAsync()
    {
        while (_coming.TryPeek(out _, out var next) && next.Step <= _step)
            await _coming.Dequeue()();
    }

    private async Task FillAsync(int people, int accounts, int atTenant)
    {
        for (var i = 0; i < people; i++)
            _employees.Add(new Employee(i, i < 2 ? "" : Text(i / 7), i > 10 && _random.Next(8) == 0));
        foreach (var external in _employees.Where(e => e.IsExternal))
            external.ContractEnd = new LocalDate(2026, 3, 2).PlusDays(_random.Next(30, 500));
        await _bridge.ImportUndeliveredAsync([.. _employees.Select(e => e.Row())]);
        await KnowAsync();
        await _bridge.Get<BridgeCredentials>().WriteAsync(None);
        var now = _bridge.Get<IClock>().GetCurrentInstant();
        foreach (var some in Enumerable.Range(0, accounts).Select(i => NewAccount(i, now)).Chunk(2_000))
            await ServiceAccounts.AddAsync(_bridge, some);
        for (var i = 0; i < atTenant; i++)
            await AddAtTenantAsync();
        await LookAsync("start");
    }

    private async Task AddAtTenantAsync()
    {
        var (id, appId, keyId, secret) = _test.AddApplication();
        var (sponsor, owner) = Pair();
        var account = await _test.AddAccountAsync(
            Tenant, id, ServiceAccountKind.AppRegistration, keyId, CredentialType.ClientSecret, isDue: false, sponsor: UserOf(sponsor), owner: UserOf(owner));
        _consumers[account.Id] = new Consumer(_consumers.Count, id, appId) { Held = secret };
    }

    private ServiceAccount NewAccount(int i, Instant now)
    {
        var (sponsor, owner) = Pair();
        var second = _random.Next(2, _employees.Count);
        Accountable Named(AccountableRole role, int who) => new(role, UserOf(who), now) { AcceptedAt = now };
        return new ServiceAccount($"sa-{i:D6}", (ServiceAccountKind)(i % 9), _random.Next(20) switch { 0 => Criticality.C1, < 4 => Criticality.C2, < 12 => Criticality.C3, _ => Criticality.C4 })
        {
            Accountable = second == sponsor || _random.Next(2) == 0
                ? [Named(AccountableRole.Sponsor, sponsor), Named(AccountableRole.TechnicalOwner, owner)]
                : [Named(AccountableRole.Sponsor, sponsor), Named(AccountableRole.TechnicalOwner, owner), Named(AccountableRole.CoSponsor, second)],
            ApplicationId = _random.Next(3) > 0 ? "erp" : null,
            IsPrivileged = i % 5 == 0,
            AttestedAt = now - Duration.FromDays(_random.Next(170)),
            Credentials =
            [
                new Credential($"key-{i:D6}")
                {
                    CreatedBy = UserOf(owner), IsPersonal = i % 10 == 0, Retirement = (Retirement)(_random.Next(12) switch { 0 => 1, 1 => 2, _ => 0 }),
                },
            ],
        };
    }

    private (int Sponsor, int Owner) Pair()
    {
        var (sponsor, owner) = (_random.Next(2, _employees.Count), _random.Next(2, _employees.Count - 1));
        return (sponsor, owner + (owner >= sponsor ? 1 : 0));
    }

    private async Task FeedAsync()
    {
        var today = _bridge.Get<IClock>().GetCurrentInstant().InUtc().Date;
        // A company of tens has less of it than a test needs.
        _owed += Math.Max(1, _employees.Count * 0.75 / 365);
        var others = new List<int>();
        for (; _owed >= 1; _owed--)
        {
            var who = _employees[_random.Next(2, _employees.Count)];
            Happen(who, today);
            others.Add(who.Number);
            Events++;
        }

        await _bridge.ImportUndeliveredAsync([.. _employees.Select(e => e.Row())]);
        if (_numbers.Count < _employees.Count)
            await KnowAsync();
        await PeopleAsync(others);
        if (_step % 28 == 0)
            await PeopleAsync(_employees.Select(e => e.Number));
    }

    private void Happen(Employee who, LocalDate today)
    {
        switch (_random.Next(75), who.Status)
        {
            case ( < 10, _):
                _employees.Add(new Employee(_employees.Count, Text(_random.Next(_employees.Count)), isExternal: false) { Start = today.PlusDays(-1) });
                break;
            case ( < 20, "T"):
                (who.Status, who.Start, who.LastDay) = ("A", today.PlusDays(-1), null);
                if (who.IsExternal)
                    who.ContractEnd = today.PlusDays(200);
                break;
            case (_, "T"):
                break;
            case ( < 18, _):
                who.LastDay ??= today.PlusDays(_random.Next(10, 90));
                break;
            case ( < 20, _):
                who.LastDay = null;
                break;
            case ( < 23, _):
                who.Status = "T";
                break;
            case ( < 31, "A"):
                who.Status = "L";
                break;
            case ( < 45, "L"):
                who.Status = "A";
                break;
            case ( < 41, _):
                who.Department = $"D{_random.Next(9)}";
                break;
            case ( < 51, _):
                who.Title = $"T{_random.Next(9)}";
                break;
            default:
                who.Manager = Text(_random.Next(_employees.Count));
                break;
        }
    }

    // Reads what has changed, and whose access has come to its end; then asks the invariants of all.
    private async Task LookAsync(string after)
    {
        await _bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
        var now = _bridge.Get<IClock>().GetCurrentInstant();
        await PeopleAsync(_people.Values.Where(p => !p.IsGone && p.LeavesAt <= now).Select(p => _numbers[p.Id]).Order());
        var versions = await _bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT resource_id, version FROM service_account", r => (Id: r.GetString(0), Version: r.GetInt64(1)), None), None);
        var changed = versions.Where(v => !_accounts.TryGetValue(v.Id, out var known) || known.Version != v.Version).Select(v => v.Id).ToList();
        foreach (var some in changed.Chunk(1_000))
        {
            foreach (var row in (await _bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, some, None), None)).OrderBy(r => NameOf(r.Account), StringComparer.Ordinal))
            {
                var before = _accounts.TryGetValue(row.Account.Id, out var known) ? known.Account : row.Account with { Duties = [], Handovers = [], Orphan = null };
                _accounts[row.Account.Id] = (row.Version, row.Account);
                Changed++;
                Follow(before, row.Account, now);
            }
        }

        Checks += _accounts.Count;
        var policy = _bridge.Configuration.Sponsorship!.Policy;
        var violations = _accounts.Values.AsParallel()
            .SelectMany(a => Invariants.Violations(a.Account, _snapshot, policy, now).Select(v => $"{a.Account.Id} {a.Account.Criticality} {v.Invariant}: {v.Detail}")).ToList();
        violations.AddRange(Invariants.OfInventory(Live, BridgeCredentials.Named(_bridge.Configuration.Options).Keys).Select(v => v.Detail));
        Assert.True(violations.Count == 0, $"day {_step / 4}, {after}: {string.Join("; ", violations.Take(5))}");
    }

    private async Task PeopleAsync(IEnumerable<int> numbers)
    {
        List<string> ids = [.. numbers.Where(n => _employees[n].UserId is not null).Select(UserOf)];
        if (ids.Count == 0)
            return;
        var loaded = await _bridge.Database.ReadAsync(
            async s => await new PeopleLoader(_bridge.Configuration.Sponsorship!, _bridge.Configuration.Catalog.User, DateTimeZoneProviders.Tzdb).LoadAsync(
                s, [], ids, new Dictionary<string, Person>(), await _bridge.Get<PolicyBook>().InForceAsync(s, None), _bridge.Get<IClock>().GetCurrentInstant(), None),
            None);
        foreach (var id in ids)
            _people[id] = loaded[id];
        _snapshot = new People(_people.Values);
    }

    private async Task KnowAsync()
    {
        var unknown = _employees.Where(e => e.UserId is null).Select(e => Text(e.Number)).ToList();
        var workers = await _bridge.Database.ReadAsync(s => WorkerStore.FindAsync(s, "hr", unknown, None), None);
        foreach (var (workerId, worker) in workers)
        {
            var number = int.Parse(workerId, CultureInfo.InvariantCulture);
            _employees[number].UserId = worker.ResourceId;
            _numbers[worker.ResourceId] = number;
        }

        await PeopleAsync(workers.Keys.Select(k => int.Parse(k, CultureInfo.InvariantCulture)).Order());
    }

    // Whoever is asked for something does it in a while, or does not; what is to be exchanged, is.
    private void Follow(ServiceAccount before, ServiceAccount after, Instant now)
    {
        var id = after.Id;
        var book = _bridge.Get<AccountBook>();
        foreach (var handover in after.Handovers.Where(h => h.Asked is not null && before.HandoverOf(h.Role) is var then && (then?.Asked != h.Asked || then.AnswerBy != h.AnswerBy)))
        {
            var (role, person, accepts) = (handover.Role, handover.Asked!.PersonId, _random.Next(5) > 0);
            if (_random.Next(7) == 0)
                continue;
            Soon(0, after.Criticality == Criticality.C1 ? 1 : 4, async () =>
            {
                var done = await book.AnswerAsync(id, [], (a, people, policy, at) => accepts
                    ? Answers.Accept(a, role, person, people, policy, at)
                    : Answers.Decline(a, role, person, people, policy, at), "test", "test", None);
                Handed += accepts && done!.Value.IsDone ? 1 : 0;
            });
        }

        if (before.Orphan is null && after.Orphan is not null)
            Find(id);
        if (before.Orphan is { } orphan && after.Orphan is null)
            _orphans.Add(now - orphan.Since);
        if (before.AttestBy is null && after.AttestBy is not null && _random.Next(20) > 0)
            Soon(4, 40, () => AttestAsync(id));
        if (before.Use == AccountUse.InUse && after.Use == AccountUse.Restricted && _random.Next(10) > 0)
            Soon(4, 50, () => AttestAsync(id));
        foreach (var acting in after.Accountable.Where(a => a.ReturnBy is not null && a.Confirmed.Count == 0 && !before.Accountable.Contains(a)))
        {
            foreach (var one in (string[])[acting.PersonId, acting.ActingFor!])
                Soon(1, 20, () => book.AnswerAsync(id, [], (a, people, policy, at) => Answers.ConfirmReturn(a, one, people, policy, at), "test", "test", None));
        }

        foreach (var credential in after.Credentials.Where(c => c.Risk is { AcceptedAt: null, OwnerId: not null } && before.Credentials.All(b => b.KeyId != c.KeyId || b.Risk != c.Risk)))
            Soon(1, 8, () => book.AcceptRiskAsync(id, credential.KeyId, credential.Risk!.OwnerId!, "test", "test", None));
        foreach (var duty in after.Duties.Where(d => !before.Duties.Contains(d)))
        {
            if (duty.ClosedAt is { } closed)
                Count(after, duty, closed);
            else if (duty.EscalatedAt is null && !_consumers.ContainsKey(id) && IsRotation(after, duty))
                Soon(0, duty.DueAt - now > Duration.FromHours(48) ? 6 : duty.DueAt - now > Duration.FromHours(12) ? 2 : 0, () => ProveAsync(id, duty.KeyId));
        }

        if (_consumers.ContainsKey(id) && after.Duties.Any(d => d.ClosedAt is null || !before.Duties.Contains(d)))
            _touched.Add(id);
    }

    private void Count(ServiceAccount account, RotationDuty duty, Instant closed)
    {
        if (!IsRotation(account, duty) || account.Credentials.First(c => c.KeyId == duty.KeyId).State == CredentialState.Unverifiable)
            return;
        Rotated++;
        InTime += closed <= duty.DueAt ? 1 : 0;
        AtTenant += _consumers.ContainsKey(account.Id) ? 1 : 0;
    }

    // The duty group finds somebody for one role within a working day, and then for the other within hours.
    private void Find(string id, bool again = false) => Soon(again ? 0 : 1, again ? 1 : 3, async () =>
    {
        if (_accounts[id].Account is not { Orphan.Roles: [var role, ..], Use: not AccountUse.Deleted })
            return;
        var present = UserOf(_random.Next(2));
        var done = await _bridge.Get<AccountBook>().AnswerAsync(
            id, [present], (a, people, policy, at) => Answers.Accept(a, role, present, people, policy, at), "test", "test", None);
        if (done is { Account.Orphan: not null })
            Find(id, again: true);
    });

    private async Task AttestAsync(string id)
    {
        if (_accounts[id].Account.Accountable.FirstOrDefault(a => a.Role != AccountableRole.CoSponsor && _people.TryGetValue(a.PersonId, out var p) && !p.IsAway) is { } one)
            await _bridge.Get<AccountBook>().AnswerAsync(id, [], (a, people, policy, at) => Answers.Attest(a, one.PersonId, people, policy, at), "test", "test", None);
    }

    private Task ProveAsync(string id, string keyId)
    {
        var book = _bridge.Get<AccountBook>();
        return _bridge.Database.WriteAsync(
            async s =>
            {
                var account = (await ServiceAccountStore.LoadAsync(s, [id], None)).Single().Account;
                if (account.Use == AccountUse.Deleted || account.Duties.All(d => d.KeyId != keyId || d.ClosedAt is not null))
                    return;
                var credential = account.Credentials.First(c => c.KeyId == keyId);
                var isExchanged = !credential.IsPersonal && account.Use is AccountUse.InUse or AccountUse.Restricted;
                await book.SeenAsync(s, id, keyId, isExchanged ? CredentialState.RotatedVerified : CredentialState.RevokedVerified, "probe: 401", "test", "test", None);
                if (isExchanged)
                {
                    await book.LearnAsync(
                        s, id, (a, _) => a with { Credentials = [.. a.Credentials, credential with { KeyId = keyId + "'", CreatedBy = null, KnownTo = [] }] },
                        "serviceAccount.credentialAdded", [], "test", "test", None);
                }
            },
            None);
    }

    // A program whose secret is being exchanged uses the one that it holds, then fetches what the vault has, and uses that.
    private async Task SignInAsync()
    {
        foreach (var id in _touched.Order(StringComparer.Ordinal).ToList())
        {
            var consumer = _consumers[id];
            var account = _accounts[id].Account;
            if (account.Use is not (AccountUse.InUse or AccountUse.Restricted) || account.ScreamTestUntil is not null)
                continue;
            var lost = await _test.TakesAsync(consumer.AppId, consumer.Held) ? 0 : 1;
            consumer.Held = _test.Fetch(consumer.RemoteId);
            lost += await _test.TakesAsync(consumer.AppId, consumer.Held) ? 0 : 1;
            SignIns = (SignIns.Calls + 2, SignIns.Lost + lost);
            if (account.Duties.All(d => d.ClosedAt is not null))
                _touched.Remove(id);
        }
    }

    private static bool IsRotation(ServiceAccount account, RotationDuty duty) =>
        account.Credentials.FirstOrDefault(c => c.KeyId == duty.KeyId) is { } c && (c.IsPersonal || c.Retirement == Retirement.Rotate);

    private void Soon(int fromStep, int toStep, Func<Task> then) => _coming.Enqueue(then, (_step + _random.Next(fromStep, toStep + 1), _number++));

    private string UserOf(int number) => _employees[number].UserId!;

    private string NameOf(ServiceAccount account) => account.BridgeCredential ?? (_consumers.TryGetValue(account.Id, out var c) ? $"tenant-{c.Number:D6}" : account.Id);

    // What every account is in the end, people and credentials by their numbers and times to the hour: ids are other ones each time.
    private string Digested()
    {
        var all = new StringBuilder();
        foreach (var account in _accounts.Values.Select(a => a.Account).OrderBy(NameOf, StringComparer.Ordinal))
        {
            var text = ServiceAccountJson.Write(account).Replace(account.Id, NameOf(account), StringComparison.Ordinal);
            foreach (var id in ServiceAccountStore.PeopleOf(account).Concat(account.Duties.Select(d => d.PersonId).OfType<string>()).Concat(account.Handovers.SelectMany(h => h.PassedOver.Append(h.Start)).OfType<string>()).Where(_numbers.ContainsKey))
                text = text.Replace(id, "p" + Text(_numbers[id]), StringComparison.Ordinal);
            foreach (var (credential, i) in account.Credentials.Select((c, i) => (c, i)))
                text = text.Replace(credential.KeyId, "k" + Text(i), StringComparison.Ordinal);
            all.Append(NameOf(account)).Append(' ').Append(Minutes().Replace(text, "")).Append('\n');
        }

        Final = all.ToString();
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Final)));
    }

    /// <summary>What <see cref="Digest"/> is made of: a line for each account.</summary>
    public string Final { get; private set; } = "";

    [GeneratedRegex(@"(?<=T\d\d):\d\d:\d\d(\.\d+)?", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Minutes();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Consumer(int number, string remoteId, string appId)
    {
        public int Number => number;

        public string RemoteId => remoteId;

        public string AppId => appId;

        public required string Held { get; set; }
    }

    private sealed class Employee(int number, string manager, bool isExternal)
    {
        public int Number => number;

        public bool IsExternal => isExternal;

        public string? UserId { get; set; }

        public string Status { get; set; } = "A";

        public string Manager { get; set; } = manager;

        public string Department { get; set; } = $"D{number % 9}";

        public string Title { get; set; } = "T0";

        public LocalDate Start { get; set; } = new(2020, 1, 1);

        public LocalDate? LastDay { get; set; }

        public LocalDate? ContractEnd { get; set; }

        public string Row() => TestBridge.Row(
            Text(number), $"Fn{number}", $"Ln{number}", Status, isExternal ? "C" : "E", Date(Start), Date(ContractEnd), Date(LastDay), Title, Department, Manager);

        private static string Date(LocalDate? date) => date?.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture) ?? "";
    }
}
