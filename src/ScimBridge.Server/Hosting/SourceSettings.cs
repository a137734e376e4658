using System.ComponentModel;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Server.Hosting;

/// <summary>What the bridge itself is told about a source, beside what its connector is told; keys of the same object.</summary>
public sealed class SourceSettings
{
    /// <summary>What is held.</summary>
    [Description("What is held for a person's decision instead of being carried out.")]
    public SafetyOptions Safety { get; set; } = new();

    /// <summary>How often the source is expected to speak.</summary>
    [Description("Hours after which silence of the source is an alarm. Left out: never.")]
    public double? ExpectEveryHours { get; set; }

    /// <summary>How often the source is asked.</summary>
    [Description("Minutes between two pulls, for a source that is pulled.")]
    public int PullEveryMinutes { get; set; } = 60;

    /// <summary>Signed webhooks.</summary>
    [Description("Signed webhooks of the source. Left out: none are taken.")]
    public EventsOptions? Events { get; set; }

    /// <summary>Everything that is wrong with the settings.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (ExpectEveryHours is <= 0)
            yield return new("expectEveryHours", "must be greater than 0.");
        if (PullEveryMinutes is < 1 or > 10_080)
            yield return new("pullEveryMinutes", "must be from 1 to 10080, a week.");
        foreach (var fault in Safety.Faults().Concat(Events?.Faults() ?? []))
            yield return fault;
    }
}

/// <summary>How much of an effect passes.</summary>
public sealed class LimitOptions
{
    /// <summary>As many always pass.</summary>
    [Description("As many always pass: in a small company one person is many per cent.")]
    public int? AtLeast { get; set; }

    /// <summary>Per cent of those who have access.</summary>
    [Description("Per cent of those who have access that pass.")]
    public double? Percent { get; set; }

    /// <summary>More never pass.</summary>
    [Description("More never pass, however large the company.")]
    public int? AtMost { get; set; }

    internal Limit Over(Limit usual) => new(AtLeast ?? usual.AtLeast, Percent ?? usual.Percent, AtMost ?? usual.AtMost);
}

/// <summary>What is held for a person's decision.</summary>
public sealed class SafetyOptions
{
    /// <summary>Whether anything is.</summary>
    [Description("Whether records that together would do more harm than an ordinary day are held. Turn it off for a first load only.")]
    public bool Enabled { get; set; } = true;

    /// <summary>How long a hold waits.</summary>
    [Description("Hours after which a hold that nobody decided expires; nothing of it is carried out.")]
    public double HoldHours { get; set; } = 72;

    /// <summary>Who is privileged.</summary>
    [Description("A SCIM filter over the bridge's users: who is privileged, and counts apart.")]
    public string? Privileged { get; set; }

    /// <summary>Limits of a batch by effect.</summary>
    [Description("Limits of one batch over the whole source, by effect.")]
    public EffectLimits Batch { get; set; } = new();

    /// <summary>Limits of a batch within a department, a country, or a manager's people.</summary>
    [Description("Limits of one batch within each department, country and manager's people, by effect.")]
    public EffectLimits Stratum { get; set; } = new();

    /// <summary>The limits, those of the product where none are configured.</summary>
    internal SafetyLimits Limits()
    {
        var usual = new SafetyLimits();
        return usual with { Batch = Merge(usual.Batch, Batch), Stratum = Merge(usual.Stratum, Stratum) };
    }

    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (HoldHours is < 1 or > 8_760)
            yield return new("safety.holdHours", "must be from 1 to 8760, a year.");
        foreach (var (path, limits) in new[] { ("safety.batch", Batch), ("safety.stratum", Stratum) })
        {
            foreach (var (effect, limit) in limits.All())
            {
                if (limit is { AtLeast: < 0 } or { AtMost: < 0 } or { Percent: < 0 or > 100 })
                    yield return new($"{path}.{effect}", "Counts are 0 or more, percent is from 0 to 100.");
            }
        }
    }

    private static Dictionary<Effect, Limit> Merge(IReadOnlyDictionary<Effect, Limit> usual, EffectLimits own)
    {
        var merged = usual.ToDictionary();
        foreach (var (effect, limit) in own.All())
            merged[effect] = limit.Over(usual.TryGetValue(effect, out var was) ? was : new Limit(5, 5));
        return merged;
    }
}

/// <summary>Limits by effect; those of the product where none is given.</summary>
public sealed class EffectLimits
{
    /// <summary>Access ends.</summary>
    [Description("Access ends, or will on a day that was not known before.")]
    public LimitOptions? Terminates { get; set; }

    /// <summary>Access is taken away for a time.</summary>
    [Description("Access is taken away for a time, wholly or, as on leave, in part.")]
    public LimitOptions? Disables { get; set; }

    /// <summary>Another number, user name, e-mail, name or time zone.</summary>
    [Description("Number, user name, e-mail, both names, first day or time zone become another.")]
    public LimitOptions? Rekeys { get; set; }

    /// <summary>An attribute is emptied.</summary>
    [Description("Manager, department, title, site, company, e-mail or first day is emptied.")]
    public LimitOptions? Nulls { get; set; }

    /// <summary>Another department, cost centre, company, site or manager.</summary>
    [Description("Department, cost centre, company, site or manager becomes another.")]
    public LimitOptions? Moves { get; set; }

    /// <summary>Somebody who has left has access again.</summary>
    [Description("Somebody who has left has access again without being hired anew.")]
    public LimitOptions? Revives { get; set; }

    internal IEnumerable<(Effect Effect, LimitOptions Limit)> All() =>
        new[]
        {
            (Effect.Terminates, Terminates), (Effect.Disables, Disables), (Effect.Rekeys, Rekeys), (Effect.Nulls, Nulls),
            (Effect.Moves, Moves), (Effect.Revives, Revives),
        }.Where(e => e.Item2 is not null).Select(e => (e.Item1, e.Item2!));
}

/// <summary>What an event means.</summary>
public enum EventContent
{
    /// <summary>It carries the record.</summary>
    Record = 0,

    /// <summary>It names a worker, who is then read anew.</summary>
    Notice = 1,
}

/// <summary>Signed webhooks.</summary>
public sealed class EventsOptions
{
    /// <summary>The keys; several while one takes the place of another.</summary>
    [Description("The keys of the signature; several while one takes the place of another.")]
    public List<SecretReference> Keys { get; set; } = [];

    /// <summary>The header of the signature.</summary>
    [Description("The header that carries the signature: HMAC-SHA-256 over timestamp, a full stop and the body as it was sent, hex or base64; words before '=' and further ones after ',' are allowed.")]
    public string SignatureHeader { get; set; } = "X-Signature";

    /// <summary>The header of the timestamp.</summary>
    [Description("The header that carries the seconds since 1970 at which it was signed. An empty name: the signature is over the body alone, and a replay is known by its event id only.")]
    public string TimestampHeader { get; set; } = "X-Timestamp";

    /// <summary>The header of the event's id.</summary>
    [Description("The header that carries the event's id, by which a repetition is known. Where it is missing, the signature is the id.")]
    public string IdHeader { get; set; } = "X-Event-Id";

    /// <summary>How old an event may be.</summary>
    [Description("How many seconds the timestamp may lie from now.")]
    public int ToleranceSeconds { get; set; } = 300;

    /// <summary>What an event says.</summary>
    [Description("record: the event carries the record. notice: it names a worker, and the source is pulled.")]
    public EventContent Content { get; set; } = EventContent.Record;

    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (Keys.Count == 0)
            yield return new("events.keys", "needs a key.");
        for (var i = 0; i < Keys.Count; i++)
        {
            foreach (var fault in Keys[i].Faults($"events.keys[{i}]"))
                yield return fault;
        }

        if (string.IsNullOrWhiteSpace(SignatureHeader))
            yield return new("events.signatureHeader", "is required.");
        if (ToleranceSeconds is < 10 or > 3600)
            yield return new("events.toleranceSeconds", "must be from 10 to 3600.");
    }
}
