using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

public sealed class TimelineTests
{
    private static readonly IReadOnlyList<TimelineVector> Table = Vectors.Read<TimelineVector>("Workers", "timeline.json");
    private static readonly Duration Preparation = Duration.FromDays(7);

    public static TheoryData<string> Situations { get; } = [.. Table.Select(v => v.Situation)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_gives_what_is_stated_there(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);
        Assert.All(vector.Expect, e => AssertHolds(vector.Assertions([.. Enumerable.Range(0, vector.Records.Count)]), e));
    }

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_is_the_same_in_whatever_order_it_comes_in(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);
        if (vector.Ordered)
            return;
        foreach (var order in Orders(vector.Records.Count))
            Assert.All(vector.Expect, e => AssertHolds(vector.Assertions(order), e));
    }

    private static void AssertHolds(IReadOnlyList<Assertion> assertions, TimelineExpectation expected)
    {
        var known = expected.Known is { } text ? Sample.Instant(text) : Instant.MaxValue;
        var worker = Timeline.Of(assertions, known).At(Sample.Instant(expected.At), Sample.Zones, Preparation);
        Assert.Equal(expected.Access, worker?.Access);
        if (expected.Start is { } start)
            Assert.Equal(Sample.Instant(start), worker!.AccessStart);
        if (expected.End is { ValueKind: not JsonValueKind.Undefined } end)
            Assert.Equal(Sample.MaybeInstant(end.GetString()), worker!.AccessEnd);
        if (expected.Change is { } change)
            Assert.Equal(Sample.Instant(change), worker!.NextChange);
        var facts = worker is null ? null : JsonNode.Parse(WorkerFactsJson.Write(worker.Facts))!;
        Assert.All(expected.Facts ?? [], f => Assert.Equal(f.Value?.ToString(), facts![f.Key]?.ToString()));
    }

    private static IEnumerable<int[]> Orders(int count)
    {
        if (count == 0)
            return [[]];
        return Orders(count - 1).SelectMany(o => Enumerable.Range(0, count).Select(i => (int[])[.. o[..i], count - 1, .. o[i..]]));
    }
}

/// <summary>One case of timeline.json.</summary>
/// <param name="Situation">What it shows.</param>
/// <param name="Records">What was said, in the order in which it came in.</param>
/// <param name="Expect">What is to be true, seen from which instant.</param>
/// <param name="Ordered">Whether the order in which it came in counts, because the source gives none.</param>
public sealed record TimelineVector(
    string Situation, IReadOnlyList<TimelineRecord> Records, IReadOnlyList<TimelineExpectation> Expect, bool Ordered = false)
{
    /// <summary>The assertions, as though they had come in in another order. When each became known stays.</summary>
    public List<Assertion> Assertions(int[] order) => [.. Records.Select((r, i) => r.Assertion(i, Array.IndexOf(order, i)))];
}

/// <summary>One record; facts that it leaves out are those of <see cref="Sample"/>.</summary>
public sealed record TimelineRecord(
    string Recorded,
    JsonObject Facts,
    string? From = null,
    long? Sequence = null,
    string? Id = null,
    RecordKind Kind = RecordKind.Change,
    bool Partial = false,
    string? AsOf = null,
    string? Retracted = null)
{
    internal Assertion Assertion(int row, int seq)
    {
        var stated = Facts.Select(f => Enum.Parse<WorkerField>(f.Key, ignoreCase: true)).Aggregate(default(FieldSet), (set, field) => set.With(field));
        var record = new HrRecord(Sample.With(Facts), $"hash-{row}", row)
        {
            EffectiveFrom = Sample.Date(From),
            Sequence = Sequence,
            RecordId = Id,
            Kind = Kind,
            Stated = Partial ? stated : null,
        };
        var recorded = Sample.Instant(Recorded);
        return Provisioning.Workers.Assertion.Of(record, seq, recorded, Sample.MaybeInstant(AsOf) ?? recorded, "batch", Sample.Zones) with
        {
            RetractedAt = Sample.MaybeInstant(Retracted),
        };
    }
}

/// <summary>What is to be true at an instant, as known at another; what is left out is not looked at.</summary>
public sealed record TimelineExpectation(
    string At,
    AccessState? Access = null,
    string? Known = null,
    string? Start = null,
    JsonElement End = default,
    string? Change = null,
    JsonObject? Facts = null);
