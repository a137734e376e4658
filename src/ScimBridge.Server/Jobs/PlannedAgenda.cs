using NodaTime;

namespace ScimBridge.Server.Jobs;

/// <summary>Who is to be decided when on the way to the date of a plan, the earliest first and of one instant in the order of their numbers.</summary>
/// <param name="from">What falls due before that is decided then.</param>
/// <param name="until">The date; what falls due behind it is left out.</param>
internal sealed class PlannedAgenda(Instant from, Instant until)
{
    // Who cannot be decided is tried again each hour; here once a day tells as much.
    private static readonly Duration Doubtful = Duration.FromDays(1);
    private readonly SortedSet<(Instant At, long Number, string WorkerId)> _entries = [];
    private Instant _now = from;

    /// <summary>Adds somebody.</summary>
    public void Add(long number, string workerId, Instant at)
    {
        if (at <= until)
            _entries.Add((Instant.Max(at, _now), number, workerId));
    }

    /// <summary>Adds somebody who was just decided, for the next time.</summary>
    public void AddAfter(long number, string workerId, Instant at, bool isDoubtful)
    {
        // A decision that would have to be made once more at the same instant has been made.
        var next = isDoubtful ? Instant.Min(_now + Doubtful, until) : at;
        if (next > _now)
            Add(number, workerId, next);
    }

    /// <summary>The next instant and who is to be decided then, at most so many; null where nobody is.</summary>
    public (Instant Now, List<string> WorkerIds)? Next(int limit)
    {
        if (_entries.Count == 0)
            return null;
        _now = _entries.Min.At;
        var some = _entries.TakeWhile(e => e.At == _now).Take(limit).ToList();
        _entries.ExceptWith(some);
        return (_now, some.ConvertAll(e => e.WorkerId));
    }
}
