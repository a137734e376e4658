using System.Globalization;
using System.Text;
using ScimBridge.Fixtures;

namespace ScimBridge.Benchmarks;

/// <summary>What was measured against something else in the same run, whether it is as it should be, as a table in Markdown.</summary>
internal sealed class RatioTable
{
    private readonly StringBuilder _text = new("| what | database | measured | against | ratio | wanted | |\n|---|---|---|---|---|---|---|\n");

    /// <summary>The database that is measured now.</summary>
    public DatabaseKind Kind { get; set; }

    /// <summary>Whether everything is as it should be.</summary>
    public bool Holds { get; private set; } = true;

    /// <summary>A time that may be so many times the other one.</summary>
    public void AddRatio(string what, double atMost, IReadOnlyList<(double Measured, double Other)> rounds, string unit, string other) =>
        Add(what, rounds, unit, other, string.Create(CultureInfo.InvariantCulture, $"≤ {atMost}"), Ratio(rounds) <= atMost);

    /// <summary>A rate that must reach so much of the other one.</summary>
    public void AddShare(string what, double atLeast, IReadOnlyList<(double Measured, double Other)> rounds, string unit, string other) =>
        Add(what, rounds, unit, other, string.Create(CultureInfo.InvariantCulture, $"≥ {atLeast}"), Ratio(rounds) >= atLeast);

    /// <summary>A figure that nothing is demanded of.</summary>
    public void AddNote(string what, IReadOnlyList<(double Measured, double Other)> rounds, string unit, string other) =>
        Add(what, rounds, unit, other, "", holds: null);

    /// <summary>A figure with a limit of its own.</summary>
    public void AddLimit(string what, double below, double measured, string unit, string remark) => Line(
        what, Figure(measured, unit), remark, string.Create(CultureInfo.InvariantCulture, $"{measured / below:0.00}"),
        string.Create(CultureInfo.InvariantCulture, $"< {below} {unit}"), measured < below);

    /// <summary>The middle one.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private static double Ratio(IEnumerable<(double Measured, double Other)> rounds) => Median(rounds.Select(r => r.Measured / r.Other));

    private void Add(string what, IReadOnlyList<(double Measured, double Other)> rounds, string unit, string other, string wanted, bool? holds) => Line(
        what, Figure(Median(rounds.Select(r => r.Measured)), unit), $"{Figure(Median(rounds.Select(r => r.Other)), unit)} ({other})",
        Ratio(rounds).ToString("0.00", CultureInfo.InvariantCulture), wanted, holds);

    private static string Figure(double value, string unit) =>
        value.ToString(value < 10 ? "0.000" : "N0", CultureInfo.InvariantCulture) + (unit.StartsWith('/') ? "" : " ") + unit;

    private void Line(string what, string measured, string against, string ratio, string wanted, bool? holds)
    {
        Holds &= holds != false;
        var verdict = holds switch { true => "holds", false => "**falls short**", null => "" };
        var line = $"| {what} | {Kind} | {measured} | {against} | {ratio} | {wanted} | {verdict} |";
        Console.WriteLine("  " + line);
        _text.Append(line).Append('\n');
    }
}
