using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Connectors.Sources.Csv;

/// <summary>Reads dates by the declared patterns, and refuses to choose where they disagree.</summary>
internal sealed class CsvDates(IEnumerable<string> formats)
{
    // A date that loses a digit of its year, or its month or day, in any pattern that does not state them in full.
    private static readonly LocalDate Probe = new(2031, 12, 28);

    private readonly LocalDatePattern[] patterns = [.. formats.Select(LocalDatePattern.CreateWithInvariantCulture)];

    /// <summary>Why a pattern cannot be used, or null.</summary>
    public static string? FaultOf(string? format)
    {
        try
        {
            var pattern = LocalDatePattern.CreateWithInvariantCulture(format ?? "");
            return pattern.Parse(pattern.Format(Probe)) is { Success: true } again && again.Value == Probe
                ? null
                : $"The date pattern '{format}' does not state the year (four digits), the month and the day.";
        }
        catch (InvalidPatternException)
        {
            return $"'{format}' is no date pattern. Examples: yyyy-MM-dd, dd.MM.yyyy, M/d/yyyy.";
        }
    }

    /// <summary>Reads a date; the fault says why there is none.</summary>
    public bool TryRead(string text, out LocalDate date, out string? fault)
    {
        date = default;
        fault = null;
        var found = false;
        foreach (var pattern in patterns)
        {
            var parsed = pattern.Parse(text);
            if (!parsed.Success)
                continue;
            if (found && parsed.Value != date)
            {
                fault = "is read differently by two of the declared date formats";
                return false;
            }

            date = parsed.Value;
            found = true;
        }

        if (!found)
            fault = $"is no date in the format {string.Join(" or ", patterns.Select(pattern => pattern.PatternText))}";
        return found;
    }
}
