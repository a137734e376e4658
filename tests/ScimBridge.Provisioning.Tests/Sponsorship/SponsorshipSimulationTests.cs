using System.Diagnostics;
using ScimBridge.Provisioning.Sponsorship;
using Xunit.Abstractions;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

public sealed class SponsorshipSimulationTests(ITestOutputHelper output)
{
    [Fact]
    public void Invariants_hold_after_every_event_of_companies_that_go_on()
    {
        var companies = Enumerable.Range(1, 5).Select(Months).ToList();
        foreach (var company in companies)
        {
            output.WriteLine($"{company.Checks} checks, {company.Handed} handed over, {company.Rotated} rotated, {company.Orphans} orphans");
            Assert.True(company.Violations == 0, company.FirstViolation);
        }

        // Months in which little happened would prove little.
        Assert.True(companies.Sum(c => c.Handed) > 100 && companies.Sum(c => c.Rotated) > 50);
        Assert.Equal([], Enum.GetValues<CascadeEvent>().Where(e => e < CascadeEvent.AccountExpired && companies.TrueForAll(c => !c.Seen.Contains(e))));
    }

    [Fact]
    public void Same_seed_gives_the_same_months() => Assert.Equal(Months(7).Log, Months(7).Log);

    [Fact]
    public void Thousand_accounts_of_one_leaver_are_decided_within_two_seconds()
    {
        var start = Sample.Instant("2026-03-02T09:00:00Z");
        var people = new People(Enumerable.Range(0, 10_000).Select(i => new Person($"p{i}") { ManagerId = i == 0 ? null : $"p{i / 5}", IsGone = i == 9_999 }));
        var accounts = Enumerable.Range(0, 1000).Select(i => new ServiceAccount($"sa{i}", (ServiceAccountKind)(i % 9), (Criticality)(1 + (i % 4)))
        {
            Accountable =
            [
                new(AccountableRole.Sponsor, "p9999", start) { AcceptedAt = start }, new(AccountableRole.TechnicalOwner, $"p{i}", start) { AcceptedAt = start },
            ],
            Credentials = [new($"k{i}") { KnownTo = [new("p9999", start, Evidence.Created)] }],
        }).ToList();
        var left = new PersonEvent(CascadeEvent.TerminationEffective, "p9999");
        var before = Process.GetCurrentProcess().TotalProcessorTime;

        var decided = accounts.ConvertAll(a => Cascade.Of(a, left, people, SuccessionPolicy.Default, start));

        var spent = Process.GetCurrentProcess().TotalProcessorTime - before;
        output.WriteLine($"{spent.TotalMilliseconds} ms of processor time");
        Assert.True(spent < TimeSpan.FromSeconds(2), $"{spent}");
        Assert.All(decided, steps => Assert.Contains(steps, s => s is CascadeStep.RotateCredential));
        // One manager inherits them all: every account is asked for by itself, and each has somebody meanwhile.
        Assert.All(decided, steps => Assert.Contains(steps, s => s is CascadeStep.AskSuccessor));
        Assert.Equal([], accounts.Zip(decided).SelectMany(p => Invariants.Violations(StepEffect.Of(p.First, p.Second, start), people, SuccessionPolicy.Default, start)));
        Assert.Equal(1000, LeaverClosure.Open("p9999", accounts).Count);
    }

    private static SimulatedCompany Months(int seed)
    {
        var company = new SimulatedCompany(seed, people: 80, accounts: 30);
        company.Run(hours: 24 * 60);
        return company;
    }
}
