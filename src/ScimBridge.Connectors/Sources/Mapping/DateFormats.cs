using System.Globalization;
using System.Text.RegularExpressions;
using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>
/// Reads dates by the declared formats, and refuses to choose where they disagree. A format is a pattern of NodaTime or one of two words:
/// <c>date</c> is an ISO date with whatever offset or time stands behind it (a date that a system writes in its own zone is that date,
/// and not the day that it would be elsewhere); <c>odata</c> is <c>/Date(1767225600000)/</c>, the date in UTC
/// (<see href="https://www.odata.org/documentation/odata-version-2-0/json-format/"/>).
/// </summary>
internal sealed partial class DateFormats(IEnumerable<string> formats)
{
    private const string DateWord = "date";

    private const string ODataWord = "odata";

    // A date that loses a digit of its year, or its month or day, in any pattern that does not state them in full.
    private static readonly LocalDate Probe = new(2031, 12, 28);

    private readonly (string Name, Func<string, LocalDate?> Read)[] _formats = [.. formats.Select(format => (format, ReaderOf(format)))];

    /// <summary>Why a format cannot be used, or null.</summary>
    public static string? FaultOf(string? format)
    {
        if (format is DateWord or ODataWord)
            return null;
        try
        {
            var pattern = LocalDatePattern.CreateWithInvariantCulture(format ?? "");
            return pattern.Parse(pattern.Format(Probe)) is { Success: true } again && again.Value == Probe
                ? null
                : $"The date pattern '{format}' does not state the year (four digits), the month and the day.";
        }
        catch (InvalidPatternException)
        {
            return $"'{format}' is no date pattern. Examples: yyyy-MM-dd, dd.MM.yyyy, M/d/yyyy; or one of the words date and odata.";
        }
    }

    /// <summary>Reads a date; the fault says why there is none.</summary>
    public bool TryRead(string text, out LocalDate date, out string? fault)
    {
        date = default;
        fault = null;
        var found = false;
        foreach (var (_, read) in _formats)
        {
            if (read(text) is not { } parsed)
                continue;
            if (found && parsed != date)
            {
                fault = "is read differently by two of the declared date formats";
                return false;
            }

            date = parsed;
            found = true;
        }

        if (!found)
            fault = $"is no date in the format {string.Join(" or ", _formats.Select(format => format.Name))}";
        return found;
    }

    /// <summary>
    /// Reads the order of a record: a number, or an instant, which counts in microseconds since 1970. A time without an offset is taken
    /// as UTC, because an order is all that it is for.
    /// </summary>
    public static bool TryReadSequence(string text, out long sequence)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out sequence))
            return true;
        var instant = ODataInstant(text)
            ?? (OffsetDateTimePattern.ExtendedIso.Parse(text) is { Success: true } exact ? exact.Value.ToInstant()
                : LocalDateTimePattern.ExtendedIso.Parse(text) is { Success: true } local ? local.Value.InUtc().ToInstant()
                : null);
        sequence = instant is { } found ? (found - NodaConstants.UnixEpoch).ToInt64Nanoseconds() / 1000 : 0;
        return instant is not null;
    }

    private static Func<string, LocalDate?> ReaderOf(string format)
    {
        if (format == DateWord)
            return text => DateAtStart().IsMatch(text) ? Parse(LocalDatePattern.Iso, text[..10]) : null;
        if (format == ODataWord)
            return text => ODataInstant(text)?.InUtc().Date;
        var pattern = LocalDatePattern.CreateWithInvariantCulture(format);
        return text => Parse(pattern, text);
    }

    private static LocalDate? Parse(LocalDatePattern pattern, string text) =>
        pattern.Parse(text) is { Success: true } parsed ? parsed.Value : null;

    private static Instant? ODataInstant(string text) =>
        ODataDate().Match(text) is { Success: true } match
        && long.TryParse(match.Groups["ms"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds is > -62_135_596_800_000 and < 253_402_300_800_000
            ? Instant.FromUnixTimeMilliseconds(milliseconds)
            : null;

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(Z|[+-]\d{2}:?\d{2}|[T ]\d{2}:\d{2}.*)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex DateAtStart();

    // The number is milliseconds in UTC; the offset that may follow says where it was written and moves nothing.
    [GeneratedRegex(@"^/Date\((?<ms>-?\d{1,15})([+-]\d{4})?\)/$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ODataDate();
}
