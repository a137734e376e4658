using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Quality;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Quality;

public sealed class RecordRulesTests
{
    private static readonly IReadOnlyList<RuleVector> Table = Vectors.Read<RuleVector>("Quality", "record-rules.json");
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");

    public static TheoryData<string> Situations { get; } = [.. Table.Select(v => v.Situation)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_is_doubted_as_stated_there(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);
        var record = Sample.With(vector.Record);
        var doubt = RecordRules.Look(new RecordCase(
            vector.Before is null ? null : Worker(Sample.With(vector.Before)), Worker(record), new LocalDate(2026, 3, 2), record)
        {
            NumberHeldBy = vector.NumberHeldBy,
            Chain = vector.Chain ?? [],
        });
        Assert.Equal((vector.Rule, vector.Field, vector.Note), (doubt?.Rule, doubt?.Field.ToString(), doubt?.IsNote ?? false));
    }

    [Fact]
    public void Every_rule_doubts_something() => Assert.Equal(
        typeof(RecordRules).Assembly.GetTypes().Where(t => t.IsClass && t.IsAssignableTo(typeof(IRecordRule)))
            .Select(t => char.ToLowerInvariant(t.Name[0]) + t.Name[1..^"Rule".Length]).Order(StringComparer.Ordinal),
        Table.Select(v => v.Rule).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    [Fact]
    public void Reasons_repeat_no_personal_data()
    {
        foreach (var vector in Table.Where(v => v.Rule is not null))
        {
            var record = Sample.With(vector.Record);
            var doubt = RecordRules.Look(new RecordCase(
                vector.Before is null ? null : Worker(Sample.With(vector.Before)), Worker(record), new LocalDate(2026, 3, 2), record)
            {
                NumberHeldBy = vector.NumberHeldBy,
                Chain = vector.Chain ?? [],
            })!;
            Assert.All(
                new[] { record.GivenName, record.FamilyName!, Sample.Facts.GivenName, Sample.Facts.FamilyName! },
                name => Assert.DoesNotContain(name, doubt.Reason, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static Worker Worker(WorkerFacts facts) => Provisioning.Workers.Worker.At(facts, Now, Sample.Zones, Duration.FromDays(7));
}

/// <summary>One row of record-rules.json; no rule where the record is believed.</summary>
public sealed record RuleVector(
    string Situation,
    JsonObject Record,
    JsonObject? Before = null,
    string? NumberHeldBy = null,
    IReadOnlyList<string>? Chain = null,
    string? Rule = null,
    string? Field = null,
    bool Note = false);
