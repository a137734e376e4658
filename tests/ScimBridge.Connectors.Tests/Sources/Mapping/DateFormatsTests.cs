using NodaTime;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Tests.Sources.Mapping;

public sealed class DateFormatsTests
{
    [Theory]
    [InlineData("date", "2026-03-01")]
    [InlineData("date", "2026-03-01-08:00")]
    [InlineData("date", "2026-03-01+14:00")]
    [InlineData("date", "2026-03-01Z")]
    [InlineData("date", "2026-03-01T23:59:59+01:00")]
    [InlineData("date", "2026-03-01 00:00:00")]
    [InlineData("odata", "/Date(1772323200000)/")]
    [InlineData("odata", "/Date(1772323200000+0000)/")]
    [InlineData("odata", "/Date(1772409599999-0800)/")]
    [InlineData("yyyyMMdd", "20260301")]
    public void Date_is_the_day_that_was_written(string format, string text)
    {
        Assert.True(new DateFormats([format]).TryRead(text, out var date, out _));
        Assert.Equal(new LocalDate(2026, 3, 1), date);
    }

    [Theory]
    [InlineData("date", "2026-02-30")]
    [InlineData("date", "2026-03-01junk")]
    [InlineData("date", "20260301")]
    [InlineData("odata", "/Date()/")]
    [InlineData("odata", "/Date(999999999999999)/")]
    [InlineData("odata", "1772323200000")]
    [InlineData("yyyy-MM-dd", "2026-03-01T00:00:00Z")]
    public void Anything_else_is_none(string format, string text)
    {
        Assert.False(new DateFormats([format]).TryRead(text, out _, out var fault));
        Assert.StartsWith("is no date", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17", 17)]
    [InlineData("-3", -3)]
    [InlineData("2026-03-01T00:00:00Z", 1_772_323_200_000_000)]
    [InlineData("2026-03-01T01:00:00.0000015+01:00", 1_772_323_200_000_001)]
    [InlineData("2026-03-01T00:00:00", 1_772_323_200_000_000)]
    [InlineData("/Date(1772323200000+0000)/", 1_772_323_200_000_000)]
    public void Order_is_a_number_or_an_instant(string text, long expected)
    {
        Assert.True(DateFormats.TryReadSequence(text, out var sequence));
        Assert.Equal(expected, sequence);
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("yesterday")]
    [InlineData("2026-03-01")]
    public void Order_of_another_kind_is_none(string text) => Assert.False(DateFormats.TryReadSequence(text, out _));
}
