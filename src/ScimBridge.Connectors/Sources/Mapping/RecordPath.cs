using System.Globalization;
using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// Where a value stands in a JSON object: members by name with dots between, elements of a list by number or by what a member of theirs
/// says: <c>name.given</c>, <c>jobs[0].title</c>, <c>units[type=team].id</c>. A name with a dot or a bracket stands in quotes:
/// <c>['Emp. No.']</c>.
/// </summary>
internal sealed partial class RecordPath
{
    private RecordPath(IReadOnlyList<Step> steps) => Steps = steps;

    public IReadOnlyList<Step> Steps { get; }

    /// <summary>The path, or null where the text is none.</summary>
    public static RecordPath? Parse(string text)
    {
        var steps = new List<Step>();
        var at = 0;
        while (at < text.Length)
        {
            var match = StepText().Match(text, at);
            if (!match.Success || match.Length == 0 || (steps.Count == 0 && match.Groups["dot"].Success))
                return null;
            if (match.Groups["name"].Success && steps.Count > 0 && !match.Groups["dot"].Success)
                return null;
            steps.Add(StepOf(match));
            at += match.Length;
        }

        return steps is [{ Name: not null }, ..] ? new RecordPath(steps) : null;
    }

    private static Step StepOf(Match match)
    {
        if (match.Groups["name"].Success)
            return new Step(match.Groups["name"].Value, null, null, null);
        if (match.Groups["quoted"].Success)
            return new Step(match.Groups["quoted"].Value, null, null, null);
        return match.Groups["index"].Success
            ? new Step(null, int.Parse(match.Groups["index"].ValueSpan, CultureInfo.InvariantCulture), null, null)
            : new Step(null, null, match.Groups["key"].Value, match.Groups["value"].Value);
    }

    [GeneratedRegex(
        @"\G(?:(?<dot>\.)?(?<name>[^.\[\]']+)|\['(?<quoted>[^']+)'\]|\[(?<index>\d{1,4})\]|\[(?<key>[^=\[\]'.]+)=(?<value>[^\[\]']+)\])",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex StepText();

    /// <summary>One step: a member by its name, or an element by its number or by the value of one of its members.</summary>
    internal sealed record Step(string? Name, int? Index, string? Key, string? Value);
}
