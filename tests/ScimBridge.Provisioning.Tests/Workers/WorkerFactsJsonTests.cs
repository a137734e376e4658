using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

public sealed class WorkerFactsJsonTests
{
    private static readonly Arbitrary<WorkerFacts> Facts = Arb.From(WorkerGenerators.Facts);

    [Property(MaxTest = 1000)]
    public Property Facts_survive_writing_and_reading() => Prop.ForAll(Facts, f => WorkerFactsJson.Read(WorkerFactsJson.Write(f)) == f);

    [Property(MaxTest = 500)]
    public Property Same_facts_give_the_same_bytes() => Prop.ForAll(Facts, f =>
        WorkerFactsJson.Write(f with { }) == WorkerFactsJson.Write(f)
        && WorkerFactsJson.Write(WorkerFactsJson.Read(WorkerFactsJson.Write(f))) == WorkerFactsJson.Write(f));

    [Fact]
    public void Every_fact_is_written_under_its_name_and_what_is_absent_is_left_out()
    {
        // The very bytes: facts that are stored stay readable, and one that is added later changes no old row.
        var facts = Sample.Facts with { StartDate = new LocalDate(2026, 8, 1), FamilyName = null };
        Assert.Equal(
            """{"workerId":"w-1","employeeNumber":"1001","givenName":"Anna","status":"Active","type":"Employee","startDate":"2026-08-01","timeZone":"Europe/Copenhagen"}""",
            WorkerFactsJson.Write(facts));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"workerId":null,"employeeNumber":"1","givenName":"A","status":"Active","type":"Employee","timeZone":"UTC"}""")]
    [InlineData("""{"workerId":"w","employeeNumber":"1","givenName":"A","status":"Away","type":"Employee","timeZone":"UTC"}""")]
    [InlineData("""{"workerId":"w","employeeNumber":"1","givenName":"A","status":"Active","type":"Employee","timeZone":"UTC","startDate":"2026-02-30"}""")]
    [InlineData("""{"workerId":"w","employeeNumber":"1","givenName":"A","status":"Active","type":"Employee","timeZone":"UTC","startDate":20260801}""")]
    [InlineData("""{"workerId":"w","employeeNumber":"1","givenName":"A","status":"Active","type":"Employee","timeZone":"UTC","startDate":"01.08.2026"}""")]
    public void Text_that_is_no_such_facts_is_refused(string json) => Assert.Throws<JsonException>(() => WorkerFactsJson.Read(json));
}
