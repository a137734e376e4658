using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Sponsorship;

/// <summary>What HR says of a worker, as what it means for the service accounts that they answer for.</summary>
public sealed class SponsoringWorkerTests
{
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");
    private static readonly SponsoringWorker Workers = new(SuccessionPolicy.Default, NoticePolicy.Default, Sample.Zones);

    [Theory]
    // Nothing that matters.
    [InlineData("{}", "{}", "")]
    [InlineData("{}", """{"familyName":"Holm","location":"Oslo","workPhone":"1"}""", "")]
    // Movers.
    [InlineData("""{"title":"Engineer"}""", """{"title":"Chief"}""", "MovedWithinTeam")]
    [InlineData("""{"department":"Sales"}""", """{"department":"Legal"}""", "Moved, leaves the department")]
    [InlineData("""{"costCenter":"1"}""", """{"costCenter":"2"}""", "Moved")]
    [InlineData("""{"company":"A"}""", """{"company":"B","title":"Chief"}""", "Moved, leaves the department")]
    // Notice, and what takes it back.
    [InlineData("{}", """{"terminationDate":"2026-06-30"}""", "TerminationScheduled")]
    [InlineData("""{"terminationDate":"2026-06-30"}""", "{}", "TerminationCancelled")]
    [InlineData("""{"terminationDate":"2026-06-30"}""", """{"terminationDate":"2026-05-31"}""", "TerminationScheduled")]
    [InlineData("""{"terminationDate":"2026-06-30"}""", """{"terminationDate":"2026-07-31"}""", "TerminationCancelled; TerminationScheduled")]
    // Of what is confidential nobody hears.
    [InlineData("{}", """{"terminationDate":"2026-06-30","terminationType":"Involuntary"}""", "")]
    // A contract that ends in a year is no notice; one that ends in a month is.
    [InlineData("{}", """{"contractEndDate":"2027-02-28"}""", "")]
    [InlineData("{}", """{"contractEndDate":"2026-03-31"}""", "ContractEnding")]
    [InlineData("""{"contractEndDate":"2026-03-31"}""", """{"contractEndDate":"2027-03-31"}""", "TerminationCancelled")]
    // Ends.
    [InlineData("{}", """{"status":"Terminated","terminationDate":"2026-03-01"}""", "TerminationEffective")]
    [InlineData("{}", """{"status":"Terminated","terminationDate":"2026-03-01","terminationType":"Involuntary"}""", "TerminatedForCause")]
    [InlineData("{}", """{"revokeNow":true}""", "TerminatedForCause")]
    [InlineData("""{"contractEndDate":"2026-03-31"}""", """{"contractEndDate":"2026-03-01"}""", "ContractEnded")]
    [InlineData("""{"status":"Terminated","terminationDate":"2026-02-01"}""", """{"startDate":"2026-03-01"}""", "Rehired")]
    [InlineData("""{"status":"Terminated","terminationDate":"2026-02-01"}""", """{"status":"Terminated","terminationDate":"2026-02-02"}""", "")]
    // Leaves: those that are short are nobody's matter.
    [InlineData("{}", """{"status":"OnLeave"}""", "LeaveStarted")]
    [InlineData("{}", """{"leaveStart":"2026-03-01","leaveEnd":"2026-03-10"}""", "")]
    [InlineData("{}", """{"leaveStart":"2026-03-01","leaveEnd":"2026-06-10"}""", "LeaveStarted")]
    [InlineData("""{"status":"OnLeave"}""", "{}", "LeaveEnded")]
    [InlineData("{}", """{"status":"Suspended"}""", "LeaveStarted")]
    public void What_changed_is_what_happened(string before, string after, string expected)
    {
        var events = Workers.EventsOf("u", At(before), At(after), "m", "m");
        Assert.Equal(expected, string.Join("; ", events.Select(e => e.Type + (e.LeavesDepartment ? ", leaves the department" : ""))));
        Assert.All(events, e => Assert.Equal("u", e.PersonId));
    }

    [Fact]
    public void Another_manager_is_remembered_with_the_one_of_before()
    {
        var changed = Assert.Single(Workers.EventsOf("u", At("{}"), At("{}"), "m", "n"));
        Assert.Equal((CascadeEvent.ManagerChanged, "m"), (changed.Type, changed.ManagerThen));
        // HR often takes a leaver from their manager in the same breath.
        var left = Assert.Single(Workers.EventsOf("u", At("{}"), At("""{"revokeNow":true}"""), "m", null));
        Assert.Equal((CascadeEvent.TerminatedForCause, "m"), (left.Type, left.ManagerThen));
        Assert.Equal(CascadeEvent.Moved, Assert.Single(Workers.EventsOf("u", At("""{"title":"A"}"""), At("""{"title":"B"}"""), "m", "n")).Type);
    }

    [Fact]
    public void Who_is_ordered_out_leaves_for_cause_and_who_never_was_here_leaves_nothing()
    {
        var ended = At("""{"status":"Terminated","terminationDate":"2026-03-01"}""");
        Assert.Equal(CascadeEvent.TerminatedForCause, Assert.Single(Workers.EventsOf("u", At("{}"), ended, "m", "m", isOrdered: true)).Type);
        Assert.Empty(Workers.EventsOf("u", before: null, At("{}"), null, "m"));
        Assert.Equal(CascadeEvent.TerminationEffective, Assert.Single(Workers.EventsOf("u", At("{}"), after: null, "m", null)).Type);
    }

    [Theory]
    [InlineData("{}", "here")]
    [InlineData("""{"startDate":"2026-03-05"}""", "gone")]
    [InlineData("""{"status":"Terminated","terminationDate":"2026-03-01"}""", "gone, leaves 2026-03-01T23:00:00Z")]
    [InlineData("""{"terminationDate":"2026-06-30"}""", "here, leaves 2026-06-30T22:00:00Z")]
    [InlineData("""{"terminationDate":"2026-06-30","terminationType":"Involuntary"}""", "here")]
    [InlineData("""{"type":"Contractor","contractEndDate":"2026-06-30"}""", "here, leaves 2026-06-30T22:00:00Z, external")]
    [InlineData("""{"leaveStart":"2026-03-01","leaveEnd":"2026-06-10"}""", "here, away until 2026-06-10T22:00:00Z")]
    [InlineData("""{"status":"OnLeave"}""", "here, away")]
    public void Person_is_who_the_worker_is(string facts, string expected)
    {
        var person = Workers.PersonOf("u", At(facts), "m");
        var text = (person.IsGone ? "gone" : "here") + (person.LeavesAt is { } end ? $", leaves {end}" : "") + (person.IsExternal ? ", external" : "")
            + (person.IsAway ? ", away" : "") + (person.AwayUntil is { } until ? $" until {until}" : "");
        Assert.Equal((expected, "m"), (text, person.ManagerId));
    }

    [Fact]
    public void Decision_looks_again_when_a_contract_comes_near_its_end()
    {
        Assert.Null(Workers.NextAt(At("{}")!, Now));
        var ends = At("""{"contractEndDate":"2026-06-30"}""")!;
        Assert.Equal(ends.AccessEnd - NoticePolicy.Default.ContractNotice, Workers.NextAt(ends, Now));
        Assert.Null(Workers.NextAt(At("""{"contractEndDate":"2026-03-31"}""")!, Now));
    }

    [Fact]
    public void Alarm_of_an_expiry_lies_in_one_interval()
    {
        var end = Now + Duration.FromDays(40);
        var account = new ServiceAccount("sa", ServiceAccountKind.Certificate, Criticality.C1)
        {
            Credentials = [new Credential("k") { NotAfter = end }, new Credential("gone") { NotAfter = end, State = CredentialState.RevokedVerified }],
        };
        var told = new List<Instant>();
        for (var at = Now; ExpiryAlarm.NextAt(account, at) is { } next; at = next)
        {
            Assert.Equal([("k", end)], ExpiryAlarm.Between(account, next, next));
            Assert.Empty(ExpiryAlarm.Between(account, at + Duration.FromTicks(1), next - Duration.FromTicks(1)));
            told.Add(next);
        }

        Assert.Equal([30.0, 14, 3, 1, 0], told.Select(t => (end - t).TotalDays));
    }

    private static Worker? At(string facts) => Worker.At(Sample.With(JsonNode.Parse(facts)!.AsObject()), Now, Sample.Zones, new Preparation(Duration.FromDays(7), new Dictionary<WorkerType, Duration>()));
}
