using NodaTime;

namespace ScimBridge.Storage;

/// <summary>Instants as the database keeps them: microseconds since 1970.</summary>
public static class Microseconds
{
    /// <summary>The instant in microseconds since 1970.</summary>
    public static long ToMicroseconds(this Instant instant) => instant.ToUnixTimeTicks() / 10;

    /// <summary>The instant that is so many microseconds after 1970.</summary>
    public static Instant ToInstant(long microseconds) => Instant.FromUnixTimeTicks(microseconds * 10);
}
