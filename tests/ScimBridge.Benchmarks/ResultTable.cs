using System.Globalization;
using System.Text;

namespace ScimBridge.Benchmarks;

/// <summary>What was measured, as a table in Markdown.</summary>
internal sealed class ResultTable
{
    private readonly StringBuilder _text = new("| what | wanted | measured | floor in the same run | of the floor |\n|---|---|---|---|---|\n");

    /// <summary>Adds a rate, and the rate of the least work that could do the same.</summary>
    public void Add(string what, string wanted, double rate, string unit, double floor, string floorIs) => _text.Append(
        CultureInfo.InvariantCulture, $"| {what} | {wanted} | {rate:N0} {unit} | {floor:N0} {unit} ({floorIs}) | {rate / floor:P0} |\n");

    /// <summary>Adds a figure that has no floor.</summary>
    public void Add(string what, string wanted, string measured) =>
        _text.Append(CultureInfo.InvariantCulture, $"| {what} | {wanted} | {measured} | | |\n");

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
