using ScimBridge.Scim.Filters;

namespace ScimBridge.Storage.Queries;

/// <summary>A column of microseconds compared with an instant of 100 nanoseconds: what lies between two microseconds equals neither.</summary>
internal static class InstantComparison
{
    private const int TicksPerMicrosecond = 10;

    /// <summary>The condition that the column compares so with the instant.</summary>
    public static string Of(string column, ComparisonOperator comparison, CanonicalText literal, Statement statement)
    {
        var (floor, rest) = Split(literal);
        // Above an instant between two microseconds is at or above the next one, and so on.
        return comparison switch
        {
            ComparisonOperator.Equal when rest > 0 => "false",
            ComparisonOperator.NotEqual when rest > 0 => "true",
            ComparisonOperator.Equal => $"{column} = {statement.Parameter(floor)}",
            ComparisonOperator.NotEqual => $"{column} <> {statement.Parameter(floor)}",
            ComparisonOperator.GreaterThan => $"{column} > {statement.Parameter(floor)}",
            ComparisonOperator.GreaterThanOrEqual => $"{column} >= {statement.Parameter(rest > 0 ? floor + 1 : floor)}",
            ComparisonOperator.LessThan => $"{column} < {statement.Parameter(rest > 0 ? floor + 1 : floor)}",
            ComparisonOperator.LessThanOrEqual => $"{column} <= {statement.Parameter(floor)}",
            _ => throw new ArgumentException($"Instants cannot be compared by {comparison}.", nameof(comparison)),
        };
    }

    private static (long Floor, long Beyond) Split(CanonicalText literal)
    {
        var instant = XsdDateTime.Parse(literal.Value) ?? throw new ArgumentException($"{literal} is no instant.", nameof(literal));
        var ticks = instant.UtcTicks - DateTime.UnixEpoch.Ticks;
        var rest = ((ticks % TicksPerMicrosecond) + TicksPerMicrosecond) % TicksPerMicrosecond;
        return ((ticks - rest) / TicksPerMicrosecond, rest);
    }
}
