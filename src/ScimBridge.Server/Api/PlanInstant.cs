using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Server.Api;

/// <summary>The instant that a plan is about, as people write it.</summary>
internal static class PlanInstant
{
    /// <summary>
    /// An instant (RFC 3339), or a date: noon of that day in UTC, when it has begun from the date line to the date line. Null for null.
    /// </summary>
    /// <exception cref="Scim.Errors.ScimException">invalidValue.</exception>
    public static Instant? Parse(string? text) =>
        text is not null && LocalDatePattern.Iso.Parse(text) is { Success: true } date
            ? date.Value.At(LocalTime.Noon).InUtc().ToInstant()
            : HrisRequest.AsOf(text);
}
