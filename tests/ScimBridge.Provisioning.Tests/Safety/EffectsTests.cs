using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Safety;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Safety;

public sealed class EffectsTests
{
    private static readonly IReadOnlyList<EffectVector> Table = Vectors.Read<EffectVector>("Safety", "effects.json");
    private static readonly Instant Now = Sample.Instant("2026-03-02T09:00:00Z");

    public static TheoryData<string> Situations { get; } = [.. Table.Select(v => v.Situation)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_has_the_effect_stated_there(string situation)
    {
        var vector = Table.Single(v => v.Situation == situation);
        Assert.Equal(Enum.Parse<Effect>(vector.Effect), Effects.Of(Worker(vector.Before), Worker(vector.After)));
    }

    [Fact]
    public void Every_effect_stands_in_the_table() => Assert.All(
        Enum.GetValues<Effect>(), effect => Assert.Contains(Table, v => Enum.Parse<Effect>(v.Effect) == effect));

    private static Worker? Worker(JsonObject? facts) =>
        facts is null ? null : Provisioning.Workers.Worker.At(Sample.With(facts), Now, Sample.Zones, Duration.FromDays(7));
}

/// <summary>One row of effects.json: facts before and after, those of <see cref="Sample"/> where none are named.</summary>
public sealed record EffectVector(string Situation, string Effect, JsonObject? Before = null, JsonObject? After = null);
