namespace ScimBridge.Provisioning.Safety;

/// <summary>
/// How much of one effect is taken for ordinary. A set of records trips the breaker where it is larger than both
/// <paramref name="AtLeast"/> and <paramref name="Percent"/> of the people it is taken from, or than <paramref name="AtMost"/>.
/// </summary>
/// <param name="AtLeast">As many always pass: in a small company one person is many per cent.</param>
/// <param name="Percent">Per cent of those who have access.</param>
/// <param name="AtMost">More never pass, however large the company; null for no such limit.</param>
public readonly record struct Limit(int AtLeast, double Percent, int? AtMost = null)
{
    /// <summary>The largest number that passes in a company of any size.</summary>
    public int Always => Math.Min(AtLeast, AtMost ?? int.MaxValue);

    /// <summary>The largest number that passes.</summary>
    public int For(long population)
    {
        var limit = Math.Max(AtLeast, (int)Math.Floor(population * Percent / 100));
        return AtMost is { } most ? Math.Min(most, limit) : limit;
    }
}

/// <summary>The breakers of a source. On by default, with figures that an ordinary month stays below.</summary>
public sealed record SafetyLimits
{
    /// <summary>Limits that nothing passes which could hurt: for a feed that is in doubt as a whole.</summary>
    public static SafetyLimits Nothing { get; } = new()
    {
        Batch = Enum.GetValues<Effect>().Where(e => e != Effect.None).ToDictionary(e => e, _ => new Limit(0, 0)),
    };

    /// <summary>Records of one batch, by effect, over the whole source.</summary>
    public IReadOnlyDictionary<Effect, Limit> Batch { get; init; } = new Dictionary<Effect, Limit>
    {
        [Effect.Terminates] = new(5, 2),
        [Effect.Disables] = new(5, 2),
        [Effect.Rekeys] = new(10, 2),
        [Effect.Nulls] = new(10, 2),
        [Effect.Moves] = new(25, 10),
        [Effect.Revives] = new(5, 2),
    };

    /// <summary>Records of one batch, by effect, in one stratum: a department, a country, a manager's people.</summary>
    public IReadOnlyDictionary<Effect, Limit> Stratum { get; init; } = new Dictionary<Effect, Limit>
    {
        [Effect.Terminates] = new(4, 8),
        [Effect.Disables] = new(4, 8),
    };

    /// <summary>Records of one batch, by effect, among the privileged.</summary>
    public IReadOnlyDictionary<Effect, Limit> Privileged { get; init; } = new Dictionary<Effect, Limit>
    {
        [Effect.Terminates] = new(2, 10),
        [Effect.Disables] = new(2, 10),
    };

    /// <summary>Records of one batch, by effect, among those on whom service accounts depend: each of them hands over, and has secrets rotated.</summary>
    public IReadOnlyDictionary<Effect, Limit> ServiceAccounts { get; init; } = new Dictionary<Effect, Limit>
    {
        [Effect.Terminates] = new(3, 10),
        [Effect.Disables] = new(3, 10),
    };

    /// <summary>The limits, by effect, that are for a stratum.</summary>
    public IReadOnlyDictionary<Effect, Limit> Of(string stratum) => stratum switch
    {
        Breaker.Privileged => Privileged,
        Breaker.ServiceAccounts => ServiceAccounts,
        _ => Stratum,
    };

    /// <summary>The same over the last days, this batch and what passed before it together: the slow bleed.</summary>
    public IReadOnlyList<(int Days, Effect Effect, Limit Limit)> Windows { get; init; } =
    [
        (7, Effect.Terminates, new Limit(8, 2.5)),
        (14, Effect.Terminates, new Limit(10, 3)),
        (30, Effect.Terminates, new Limit(14, 4)),
        (7, Effect.Disables, new Limit(8, 2.5)),
    ];
}
