using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

/// <summary>What was said of one person, each with the instant as of which it was said; the order of the list says nothing.</summary>
public sealed record History(IReadOnlyList<(HrRecord Record, Instant AsOf)> Records)
{
    /// <summary>As though it had come in in this order, each at its instant.</summary>
    public List<Assertion> Arrive(IReadOnlyList<int> order, Func<int, Instant> recordedAt) =>
        [.. order.Select((r, i) => Assertion.Of(Records[r].Record, i, recordedAt(i), Records[r].AsOf, $"batch-{i % 3}", Sample.Zones))];

    /// <inheritdoc/>
    public override string ToString() => string.Join(
        '\n', Records.Select(r => $"{r.Record.Kind} from {r.Record.EffectiveFrom} #{r.Record.RecordId} seq {r.Record.Sequence} as of {r.AsOf}"
            + $" {(r.Record.Stated is null ? "" : "partial ")}{WorkerFactsJson.Write(r.Record.Facts)}"));
}

/// <summary>
/// Random histories whose days lie close together: hires, moves, leaves, ends, corrections, rescissions, rehires, a second relationship,
/// told by dated records, by snapshots, by single facts, or by several of them. Each says in some way which of two records about the same
/// holds: by a sequence, by its kind, by its day, or by when its snapshot was made.
/// </summary>
internal static class HistoryGenerators
{
    public static readonly LocalDate First = new(2026, 3, 1);
    public const int Days = 60;

    private static readonly WorkerField[] Stated = [WorkerField.Title, WorkerField.Status, WorkerField.TerminationDate, WorkerField.TimeZone];

    public static Gen<Instant> Probe { get; } =
        from hours in Gen.Choose(-10 * 24, (Days + 20) * 24)
        select First.AtMidnight().InUtc().ToInstant() + Duration.FromHours(hours);

    public static Gen<History> Histories { get; } =
        from way in Gen.Choose(0, 3)
        from count in Gen.Choose(1, 8)
        from records in Gen.ListOf(Record, count)
        select new History(way switch
        {
            0 => [.. records.Select((r, i) => (Dated(r, r.Day) with { Sequence = i + 1, RecordId = r.Key, EffectiveFrom = First.PlusDays(r.Day) }, AsOf(r, i)))],
            1 => [.. records.DistinctBy(r => (r.Relationship, r.Day, Rank(r.Kind))).Select((r, i) => (Dated(r, r.Day), AsOf(r, i)))],
            2 => [.. records.Select((r, i) => (Snapshot(r, i), AsOf(r, i)))],
            _ => [.. records.DistinctBy(r => (r.Relationship, r.Day, Rank(r.Kind))).Select((r, i) => (r.Partial || r.Kind == RecordKind.New ? Snapshot(r, i) : Dated(r, r.Day), AsOf(r, i)))],
        });

    public static Gen<WorkerFacts> Facts { get; } =
        from status in Gen.Frequency(
            (8, Gen.Constant(EmploymentStatus.Active)),
            (2, Gen.Elements(EmploymentStatus.OnLeave, EmploymentStatus.Suspended)),
            (3, Gen.Constant(EmploymentStatus.Terminated)),
            (1, Gen.Elements(EmploymentStatus.Prehire, EmploymentStatus.GardenLeave, EmploymentStatus.Discarded, EmploymentStatus.Dormant)))
        from zone in Gen.Frequency((5, Gen.Constant("Europe/Copenhagen")), (1, Gen.Elements("America/Los_Angeles", "Pacific/Kiritimati", "Africa/Cairo")))
        from dates in Gen.ArrayOf(Gen.Frequency((3, Gen.Constant<LocalDate?>(null)), (2, Gen.Choose(-5, Days).Select(d => (LocalDate?)First.PlusDays(d)))), 5)
        from title in Gen.Elements("Clerk", "Lead", "Chief", null)
        from leave in Gen.Elements<LeaveType?>(null, null, LeaveType.Parental, LeaveType.Disciplinary, LeaveType.Garden)
        from flags in Gen.Choose(0, 19)
        select Sample.Facts with
        {
            Status = status,
            TimeZone = zone,
            StartDate = dates[0],
            TerminationDate = dates[1],
            ContractEndDate = flags < 4 ? dates[2] : null,
            LeaveStart = dates[3],
            LeaveEnd = dates[4],
            Title = title,
            LeaveType = leave,
            Primary = flags % 2 == 0,
            RevokeNow = flags == 19 ? true : null,
        };

    private static Gen<Said> Record { get; } =
        from facts in Facts
        from day in Gen.Choose(0, Days)
        from kind in Gen.Frequency(
            (6, Gen.Constant(RecordKind.Change)), (2, Gen.Constant(RecordKind.New)), (2, Gen.Constant(RecordKind.Correction)), (1, Gen.Constant(RecordKind.Rescind)))
        from relationship in Gen.Frequency((4, Gen.Constant("w-1")), (1, Gen.Constant("w-2")))
        from key in Gen.Elements(null, null, "a", "b", "c")
        from partial in Gen.Choose(0, 4)
        select new Said(facts with { WorkerId = relationship }, day, kind, relationship, key, partial == 0);

    private static HrRecord Dated(Said said, int day) => new(said.Facts, Hash(said), 1)
    {
        EffectiveFrom = First.PlusDays(day),
        Kind = said.Kind,
        Stated = said.Partial ? StatedBy(said) : null,
    };

    private static HrRecord Snapshot(Said said, int row) => new(said.Facts, Hash(said), row) { Stated = said.Partial ? StatedBy(said) : null };

    private static FieldSet StatedBy(Said said) =>
        Stated.Where((_, i) => (said.Day >> i) % 2 == 0).Aggregate(default(FieldSet).With(WorkerField.WorkerId), (set, field) => set.With(field));

    // Apart from each other, so that each snapshot has a place in the order.
    private static Instant AsOf(Said said, int index) =>
        First.PlusDays(said.Day).At(new LocalTime(12, 0)).InUtc().ToInstant() + Duration.FromSeconds(index);

    private static string Hash(Said said) => WorkerFactsJson.Write(said.Facts);

    private static RecordKind Rank(RecordKind kind) => kind == RecordKind.New ? RecordKind.Change : kind;

    private sealed record Said(WorkerFacts Facts, int Day, RecordKind Kind, string Relationship, string? Key, bool Partial);
}
