using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;
using Xunit.Abstractions;

namespace ScimBridge.Server.Tests.Sponsorship;

/// <summary>
/// A company that goes on for months, through the whole of the server: HR feeds, decisions, timers, answers, proofs. After each of them the invariants
/// are asked of what stands in the database. <c>SCIMBRIDGE_CAMPAIGN=full</c> makes it 10,000 people with 50,000 accounts, for a year.
/// </summary>
public sealed class ServerSimulationTests(ITestOutputHelper output)
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly bool IsFull = Environment.GetEnvironmentVariable("SCIMBRIDGE_CAMPAIGN") == "full";
    private static readonly (int People, int Accounts, int Weeks) Size = IsFull ? (10_000, 50_000, 52) : (50, 80, 20);
    private readonly Random _random = new(11);
    private readonly List<Employee> _people = [];
    private int _handed;
    private int _proven;
    private int _accepted;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Invariants_hold_after_everything_that_happens_for_months(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, json =>
        {
            ServiceAccounts.On(json);
            // Somebody is left in the end: two people whom HR never touches.
            json["sponsorship"]!["applications"] = new JsonObject { ["erp"] = new JsonArray("fn0.ln0@corp.example", "fn1.ln1@corp.example") };
        });
        for (var i = 0; i < Size.People; i++)
            _people.Add(new Employee(i, i < 2 ? "" : (i / 5).ToString(CultureInfo.InvariantCulture), i > 10 && _random.Next(8) == 0));
        await FeedAsync(bridge);
        var now = bridge.Get<IClock>().GetCurrentInstant();
        var accounts = new List<ServiceAccount>();
        for (var i = 0; i < Size.Accounts; i++)
            accounts.Add(await NewAsync(bridge, i, now));
        await ServiceAccounts.AddAsync(bridge, [.. accounts]);
        await CheckAsync(bridge, "start");

        for (var week = 0; week < Size.Weeks; week++)
        {
            // Time passes in two steps, so that what is due is now and then late.
            foreach (var hours in (int[])[_random.Next(1, 72), _random.Next(24, 96)])
            {
                bridge.Time.Advance(TimeSpan.FromHours(hours));
                await bridge.RunAsync(DrainKind.DecideWorkers, "hr");
                await bridge.RunAsync(DrainKind.Cascade, CascadeDue.Name);
                await CheckAsync(bridge, $"week {week}, time");
            }

            for (var i = 0; i < Math.Max(3, Size.People / 50); i++)
                Happen(bridge.Get<IClock>().GetCurrentInstant().InUtc().Date);
            await FeedAsync(bridge);
            await CheckAsync(bridge, $"week {week}, feed");
            await AnswerAsync(bridge);
            await CheckAsync(bridge, $"week {week}, answers");
        }

        var figures = await bridge.Database.ReadAsync(
            s => ServiceAccountStore.FiguresAsync(s, 0, bridge.Get<IClock>().GetCurrentInstant().ToMicroseconds(), None), None);
        output.WriteLine($"{kind}: {_handed} handed over, {_proven} rotated, {_accepted} risks accepted, {figures}");
        Assert.True(_handed > 10 && _proven > 10, "Months in which little happened would prove little.");
        Assert.Equal(_proven + _accepted, figures.ClosedDuties);
    }

    private async Task<ServiceAccount> NewAsync(TestBridge bridge, int i, Instant now)
    {
        var (sponsor, owner) = (_random.Next(2, Size.People), _random.Next(2, Size.People - 1));
        owner += owner >= sponsor ? 1 : 0;
        var account = await ServiceAccounts.NewAsync(bridge, $"sa-{i:D5}", (Criticality)(1 + (i % 4)), Text(sponsor), Text(owner));
        return account with
        {
            Kind = (ServiceAccountKind)(i % 9),
            ApplicationId = "erp",
            IsPrivileged = i % 3 == 0,
            AttestedAt = now - Duration.FromDays(_random.Next(170)),
            Credentials =
            [
                .. account.Credentials.Select(c => c with { IsPersonal = i % 6 == 0, Retirement = (Retirement)(i % 5 == 0 ? 2 : i % 5 == 1 ? 1 : 0) }),
            ],
        };
    }

    private void Happen(LocalDate today)
    {
        var who = _people[_random.Next(2, _people.Count)];
        var status = who.Status;
        who.Status = (_random.Next(10), status) switch
        {
            (0 or 1, "A") => "T",
            (2 or 3, "A") => "L",
            (_, "L") when _random.Next(2) == 0 => "A",
            (_, "T") when _random.Next(4) == 0 => "A",
            _ => status,
        };
        if (status == "T" && who.Status == "A")
            (who.Start, who.LastDay) = (today.PlusDays(-1), null);
        switch (_random.Next(6))
        {
            case 0 when who.Status == "A":
                who.LastDay = who.LastDay is null ? today.PlusDays(_random.Next(3, 60)) : null;
                break;
            case 1:
                who.Department = $"D{_random.Next(5)}";
                break;
            case 2:
                who.Manager = Text(_random.Next(0, _people.Count));
                break;
            case 3:
                who.Title = $"T{_random.Next(5)}";
                break;
            default:
                break;
        }
    }

    private Task FeedAsync(TestBridge bridge) => bridge.ImportUndeliveredAsync([.. _people.Select(p => p.Row())]);

    // Most answer in the end, and most of what is to be exchanged is.
    private async Task AnswerAsync(TestBridge bridge)
    {
        var book = bridge.Get<AccountBook>();
        var present = await ServiceAccounts.UserAsync(bridge, Text(_random.Next(2)));
        var ids = await bridge.Database.ReadAsync(
            s => s.QueryAsync("SELECT resource_id FROM service_account ORDER BY resource_id", r => r.GetString(0), None), None);
        foreach (var account in (await bridge.Database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, ids, None), None)).ConvertAll(r => r.Account))
        {
            if (account.Handovers.FirstOrDefault(h => h.Asked is not null) is { } handover && _random.Next(2) == 0)
            {
                var accepts = _random.Next(3) > 0;
                var done = await book.AnswerAsync(account.Id, [], (a, people, policy, now) => accepts
                    ? Answers.Accept(a, handover.Role, handover.Asked!.PersonId, people, policy, now)
                    : Answers.Decline(a, handover.Role, handover.Asked!.PersonId, people, policy, now), "test", "test", None);
                _handed += accepts && done!.Value.IsDone ? 1 : 0;
            }

            if (account.Orphan is { Roles: [var role, ..] } && _random.Next(4) == 0)
                await book.AnswerAsync(account.Id, [present], (a, people, policy, now) => Answers.Accept(a, role, present, people, policy, now), "test", "test", None);
            if (account.AttestBy is not null && account.Accountable.FirstOrDefault(a => a.IsSettled) is { } holder && _random.Next(3) > 0)
                await book.AnswerAsync(account.Id, [], (a, people, policy, now) => Answers.Attest(a, holder.PersonId, people, policy, now), "test", "test", None);
            if (account.Accountable.FirstOrDefault(a => a.ReturnBy is not null) is { } acting && _random.Next(2) == 0)
            {
                foreach (var one in (string[])[acting.PersonId, acting.ActingFor!])
                    await book.AnswerAsync(account.Id, [], (a, people, policy, now) => Answers.ConfirmReturn(a, one, people, policy, now), "test", "test", None);
            }

            foreach (var duty in account.Duties.Where(d => d.ClosedAt is null))
                await ProveAsync(bridge, book, account, duty.KeyId);
        }
    }

    private async Task ProveAsync(TestBridge bridge, AccountBook book, ServiceAccount account, string keyId)
    {
        var credential = account.Credentials.First(c => c.KeyId == keyId);
        if (credential is { State: CredentialState.Unverifiable, Risk: { AcceptedAt: null } risk })
        {
            if (risk.OwnerId is { } owner && (await book.AcceptRiskAsync(account.Id, keyId, owner, "test", "test", None))!.Value.IsDone)
                _accepted++;
            return;
        }

        if (credential.Retirement == Retirement.None || _random.Next(3) == 0)
            return;
        var isRotated = credential is { IsPersonal: false, Retirement: Retirement.Rotate };
        await bridge.Database.WriteAsync(
            async s =>
            {
                await book.SeenAsync(s, account.Id, keyId, isRotated ? CredentialState.RotatedVerified : CredentialState.RevokedVerified, "probe: 401", "test", "test", None);
                if (isRotated)
                {
                    await book.LearnAsync(
                        s, account.Id, (a, _) => a with { Credentials = [.. a.Credentials, credential with { KeyId = keyId + "'", CreatedBy = null, KnownTo = [] }] },
                        "serviceAccount.credentialAdded", [], "test", "test", None);
                }
            },
            None);
        _proven++;
    }

    private static async Task CheckAsync(TestBridge bridge, string after)
    {
        var violations = await ServiceAccounts.ViolationsAsync(bridge);
        Assert.True(violations.Count == 0, $"{after}: {string.Join("; ", violations.Take(5))}");
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Employee(int number, string manager, bool isExternal)
    {
        public string Status { get; set; } = "A";

        public string Manager { get; set; } = manager;

        public string Department { get; set; } = $"D{number % 5}";

        public string Title { get; set; } = "T0";

        public LocalDate Start { get; set; } = new(2020, 1, 1);

        public LocalDate? LastDay { get; set; }

        public string Row() => TestBridge.Row(
            Text(number), $"Fn{number}", $"Ln{number}", Status, isExternal ? "C" : "E", Start.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture),
            end: isExternal ? "2026-08-31" : "", lastDay: LastDay?.ToString("uuuu-MM-dd", CultureInfo.InvariantCulture) ?? "", title: Title, department: Department, manager: Manager);
    }
}
