using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>The cursor of a system that tells changes by the time at which they were made: when the fetch before began.</summary>
internal static class Since
{
    /// <summary>
    /// Asked for once more at each fetch, because clocks differ and systems write a change down a little after it. What comes twice is
    /// an unchanged record.
    /// </summary>
    private static readonly Duration Overlap = Duration.FromMinutes(5);

    public static PullCursor Cursor(Instant asOf) => new(InstantPattern.ExtendedIso.Format(asOf));

    /// <summary>From when on to ask for changes; null to ask for everything, also where the cursor is another kind's.</summary>
    public static Instant? Of(PullCursor? cursor) =>
        cursor is { } text && InstantPattern.ExtendedIso.Parse(text.Text) is { Success: true } parsed ? parsed.Value - Overlap : null;

    /// <summary>The instant to the second, as most systems read it.</summary>
    public static string Iso(Instant instant) => InstantPattern.General.Format(instant);
}
