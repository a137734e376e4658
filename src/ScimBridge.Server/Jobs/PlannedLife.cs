using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>One worker on the way to the date of a plan.</summary>
internal sealed class PlannedLife
{
    private readonly HashSet<string> _before;
    private readonly Dictionary<string, Intent> _intents = new(StringComparer.Ordinal);

    /// <summary>Begins with what there is.</summary>
    public PlannedLife(string source, DueWorker first, IEnumerable<Membership> memberships, IEnumerable<SuspendedMembership> suspended)
    {
        Source = source;
        First = first;
        (Body, Version, Access, EndedAt, DecidedSeq, DecidedAt) =
            (first.ResourceBody, first.ResourceVersion, first.Access, first.EndedAt, first.DecidedSeq, first.DecidedAt);
        Memberships = memberships.ToDictionary(m => m.GroupId, StringComparer.Ordinal);
        Suspended = suspended.ToDictionary(m => m.GroupId, StringComparer.Ordinal);
        _before = [.. Memberships.Keys];
    }

    public string Source { get; }

    /// <summary>The worker as they are.</summary>
    public DueWorker First { get; }

    /// <summary>The user; null where there is none.</summary>
    public string? Body { get; private set; }

    public long Version { get; private set; }

    public string? Access { get; set; }

    public long? EndedAt { get; set; }

    public long DecidedSeq { get; set; }

    public long DecidedAt { get; set; }

    public bool AwaitsManager { get; set; }

    public Dictionary<string, Membership> Memberships { get; }

    public Dictionary<string, SuspendedMembership> Suspended { get; }

    /// <summary>The last decision that changed the user; null where none did.</summary>
    public Intent? Intent { get; private set; }

    /// <summary>The user after each decision but the last that changed it: an account may have come to be by any of them.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>The user has become another.</summary>
    public void Become(string body, Intent intent)
    {
        if (Body is not null && Body != First.ResourceBody)
            Steps.Add(Body);
        (Body, Version, Intent) = (body, Version + 1, intent);
    }

    /// <summary>The user is no more, and with it its memberships.</summary>
    public void End(Intent intent)
    {
        (Body, Version, Intent) = (null, 0, intent);
        Memberships.Clear();
        Suspended.Clear();
        Steps.Clear();
    }

    /// <summary>A ground of a membership has come or gone.</summary>
    public void Note(MembershipWrite write, Intent? intent, long at)
    {
        var has = Memberships.GetValueOrDefault(write.GroupId, new Membership(write.GroupId, write.MemberId, ByRule: false, ByHand: false, at, Until: null));
        var now = write.ByRule
            ? has with { ByRule = write.Joins }
            : has with { ByHand = write.Joins, Until = write.Joins ? write.Until : null };
        if (write is { Suspends: true, Joins: false })
            Suspended[write.GroupId] = new SuspendedMembership(write.GroupId, write.MemberId, has.Until);
        if (now is { ByRule: false, ByHand: false })
            Memberships.Remove(write.GroupId);
        else
            Memberships[write.GroupId] = now;
        if (intent is not null)
            _intents[write.GroupId] = intent;
    }

    /// <summary>The memberships that begin and end until an instant, with the decision about each; null where it is time alone that ends one.</summary>
    public IEnumerable<(string GroupId, bool Joins, Intent? Intent)> Moves(Instant until)
    {
        // With a user that is deleted its memberships go.
        if (Body is null)
            return [];
        var then = until.ToMicroseconds();
        var after = Memberships.Values.Where(m => m.ByRule || !(m.Until <= then)).Select(m => m.GroupId).ToHashSet(StringComparer.Ordinal);
        return after.Except(_before, StringComparer.Ordinal).Select(g => (g, true)).Concat(_before.Except(after, StringComparer.Ordinal).Select(g => (g, false)))
            .OrderBy(m => m.Item1, StringComparer.Ordinal).Select(m => (m.Item1, m.Item2, _intents.GetValueOrDefault(m.Item1)));
    }
}
