using System.Globalization;

namespace ScimBridge.Scim.Filters;

/// <summary>
/// xsd:dateTime with a date and a time (RFC 7643 2.3.5). No zone means UTC. Seconds keep seven digits of their fraction.
/// </summary>
public static class XsdDateTime
{
    private const string Canonical = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    /// <summary>The fixed-width form in UTC whose order as text is the order in time.</summary>
    public static string Format(DateTimeOffset instant) => instant.UtcDateTime.ToString(Canonical, CultureInfo.InvariantCulture);

    /// <summary>Reads the instant, or gives null where the text is no dateTime of the years 1 to 9999.</summary>
    public static DateTimeOffset? Parse(string text)
    {
        // yyyy-MM-ddTHH:mm:ss is 19 characters; what follows is a fraction and a zone, both optional.
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':'
            || Digits(text, 0, 4) is not (>= 1 and var year)
            || Digits(text, 5, 2) is not (>= 1 and <= 12 and var month)
            || Digits(text, 8, 2) is not (>= 1 and var day) || day > DateTime.DaysInMonth(year, month)
            || Digits(text, 11, 2) is not (>= 0 and <= 24 and var hour)
            || Digits(text, 14, 2) is not (>= 0 and <= 59 and var minute)
            || Digits(text, 17, 2) is not (>= 0 and <= 59 and var second))
        {
            return null;
        }

        var at = 19;
        var fraction = Fraction(text, ref at);
        if (fraction < 0 || Offset(text, at) is not { } offsetMinutes || (hour == 24 && (minute, second, fraction) != (0, 0, 0)))
        {
            return null;
        }

        var ticks = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).Ticks
            + (((((hour * 60L) + minute - offsetMinutes) * 60) + second) * TimeSpan.TicksPerSecond)
            + fraction;
        return ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
    }

    private static int Digits(string text, int start, int count) =>
        start + count <= text.Length && text.AsSpan(start, count).IndexOfAnyExceptInRange('0', '9') < 0
            ? int.Parse(text.AsSpan(start, count), NumberStyles.None, CultureInfo.InvariantCulture)
            : -1;

    private static long Fraction(string text, ref int at)
    {
        if (at >= text.Length || text[at] != '.')
        {
            return 0;
        }

        var first = ++at;
        var ticks = 0L;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++)
        {
            ticks = at - first < 7 ? (ticks * 10) + (text[at] - '0') : ticks;
        }

        for (var digits = at - first; digits < 7; digits++)
        {
            ticks *= 10;
        }

        return at > first ? ticks : -1;
    }

    private static int? Offset(string text, int at)
    {
        var zone = text.AsSpan(at);
        if (zone is "" or "Z")
        {
            return 0;
        }

        if (zone.Length != 6 || zone[0] is not ('+' or '-') || zone[3] != ':'
            || Digits(text, at + 1, 2) is not (>= 0 and <= 14 and var hours)
            || Digits(text, at + 4, 2) is not (>= 0 and <= 59 and var minutes)
            || (hours == 14 && minutes > 0))
        {
            return null;
        }

        return (zone[0] == '-' ? -1 : 1) * ((hours * 60) + minutes);
    }
}
