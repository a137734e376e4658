using System.Globalization;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Rest;

/// <summary>How an instant is written.</summary>
public enum RestSinceFormat
{
    /// <summary>As <c>2026-03-01T09:30:00Z</c>.</summary>
    Instant = 0,

    /// <summary>As <c>2026-03-01</c>, in UTC.</summary>
    Date,

    /// <summary>In seconds since 1970.</summary>
    Seconds,
}

/// <summary>How the interface is asked for changes alone.</summary>
public sealed class RestSince
{
    /// <summary>The query parameter.</summary>
    public string? Parameter { get; set; }

    /// <summary>How its value is written.</summary>
    public RestSinceFormat Format { get; set; }

    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (string.IsNullOrWhiteSpace(Parameter))
            yield return new("since.parameter", "The query parameter is required.");
    }

    internal string Write(Instant since) => Format switch
    {
        RestSinceFormat.Date => LocalDatePattern.Iso.Format(since.InUtc().Date),
        RestSinceFormat.Seconds => since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        _ => Since.Iso(since),
    };
}
