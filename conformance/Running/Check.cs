using System.Diagnostics.CodeAnalysis;

namespace ScimBridge.Conformance.Running;

/// <summary>Assertions whose message says what the clause expects.</summary>
internal static class Check
{
    public static void That([DoesNotReturnIf(false)] bool holds, string expectation)
    {
        if (!holds)
            throw new OutcomeException(Outcome.Failed, expectation);
    }

    public static void Same(string? expected, string? actual, string what) =>
        That(string.Equals(expected, actual, StringComparison.Ordinal), $"{what}: expected {Show(expected)}, got {Show(actual)}");

    public static void Same(int? expected, int? actual, string what) =>
        That(expected == actual, string.Create(Culture, $"{what}: expected {expected}, got {actual?.ToString(Culture) ?? "nothing"}"));

    public static void SameSet(IEnumerable<string> expected, IEnumerable<string> actual, string what)
    {
        var want = expected.Order(StringComparer.Ordinal).ToList();
        var got = actual.Order(StringComparer.Ordinal).ToList();
        That(
            want.SequenceEqual(got, StringComparer.Ordinal),
            $"{what}: expected {{{string.Join(", ", want)}}}, got {{{string.Join(", ", got)}}}");
    }

    private static System.Globalization.CultureInfo Culture => System.Globalization.CultureInfo.InvariantCulture;

    private static string Show(string? text) => text is null ? "nothing" : "\"" + text + "\"";
}
