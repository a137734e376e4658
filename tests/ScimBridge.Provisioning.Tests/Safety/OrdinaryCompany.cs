using ScimBridge.Provisioning.Safety;

namespace ScimBridge.Provisioning.Tests.Safety;

/// <summary>
/// A company in ordinary times, one feed each working day: 1.5 to 2 per cent leave in a month, half of them at its end; notice is given
/// weeks ahead, entered on the day, or late; teams get another manager, small units move, people marry, go on leave and are
/// forgotten by their old manager's leaving. What is entered at a weekend comes on Monday. Always the same for one seed.
/// </summary>
internal sealed class OrdinaryCompany : IPopulation
{
    public const int DaysOfMonth = 30;
    private readonly Random _random;
    private readonly List<string>[] _strata;
    private readonly Dictionary<string, long> _sizes = new(StringComparer.Ordinal);
    private readonly Dictionary<Effect, long[]> _passed = [];
    private readonly List<(int Person, Effect Effect)>[] _entries;
    private readonly int[][] _teams;
    private int _day;

    public OrdinaryCompany(int people, int months, int seed)
    {
        _random = new Random(seed);
        Days = months * DaysOfMonth;
        _strata = new List<string>[people];
        _entries = [.. Enumerable.Range(0, Days + 1).Select(_ => new List<(int, Effect)>())];
        _teams = Build(people);
        foreach (var stratum in _strata.SelectMany(s => s))
            _sizes[stratum] = _sizes.GetValueOrDefault(stratum) + 1;
        for (var month = 0; month < months; month++)
            Enter(month);
    }

    public int Days { get; }

    public int People => _strata.Length;

    public IReadOnlyList<string> StrataOf(int person) => _strata[person];

    public IEnumerable<int> Of(string stratum, int count) =>
        Enumerable.Range(0, People).Where(p => _strata[p].Contains(stratum)).Take(count);

    public string Largest(string kind) =>
        _sizes.Where(s => s.Key.StartsWith(kind, StringComparison.Ordinal)).MaxBy(s => s.Value).Key;

    long IPopulation.Of(string? stratum) => stratum is null ? People : _sizes[stratum];

    public long Passed(Effect effect, int days) =>
        _passed.TryGetValue(effect, out var counts) ? counts[Math.Max(0, _day - days + 1)..(_day + 1)].Sum() : 0;

    /// <summary>Lets a day's feed be judged, with what else is put in it; null where there is no feed.</summary>
    public Verdict? Day(int day, SafetyLimits limits, IEnumerable<(int Person, Effect Effect)>? more = null)
    {
        _day = day;
        if (day % 7 is 5 or 6)
        {
            _entries[day + 1].AddRange(_entries[day]);
            return null;
        }

        var suspects = _entries[day].Concat(more ?? []).GroupBy(e => e.Person)
            .Select(g => new Suspect(g.Key, g.Aggregate(Effect.None, (all, e) => all | e.Effect), _strata[g.Key])).ToList();
        if (suspects.Count == 0)
            return new Verdict([], new HashSet<long>(), []);
        var verdict = Breaker.Judge(suspects, limits, this);
        foreach (var suspect in suspects.Where(s => !verdict.Held.Contains(s.Id)))
        {
            foreach (var effect in Enum.GetValues<Effect>().Where(e => e != Effect.None && suspect.Effect.HasFlag(e)))
            {
                if (!_passed.TryGetValue(effect, out var counts))
                    _passed[effect] = counts = new long[Days + 1];
                counts[day]++;
            }
        }

        return verdict;
    }

    private int[][] Build(int people)
    {
        var teams = new List<int[]>();
        var department = 0;
        for (var first = 0; first < people; department++)
        {
            var size = Math.Min(_random.Next(20, 61), people - first);
            foreach (var team in Enumerable.Range(first, size).Chunk(8))
            {
                teams.Add(team);
                foreach (var person in team)
                {
                    var at = _random.NextDouble();
                    _strata[person] =
                    [
                        $"department:{department}", $"country:{(at < 0.6 ? "DK" : at < 0.8 ? "DE" : at < 0.95 ? "IN" : "US")}",
                        $"manager:team{teams.Count}", $"manager:department{department}", $"manager:division{department / 8}", "manager:head",
                    ];
                    if (_random.NextDouble() < 0.03)
                        _strata[person].Add(Breaker.Privileged);
                    if (_random.NextDouble() < 0.08)
                        _strata[person].Add(Breaker.ServiceAccounts);
                }
            }

            first += size;
        }

        return [.. teams];
    }

    private void Enter(int month)
    {
        var (begin, end) = (month * DaysOfMonth, ((month + 1) * DaysOfMonth) - 1);
        foreach (var person in Some(0.015 + (_random.NextDouble() * 0.005)))
        {
            var last = _random.NextDouble() < 0.5 ? end : _random.Next(begin, end + 1);
            var known = _random.NextDouble();
            // Weeks ahead, around the day, or late.
            var entered = known < 0.55 ? last - _random.Next(10, 60) : known < 0.85 ? last + _random.Next(-1, 2) : last + _random.Next(1, 10);
            Put(entered, person, Effect.Terminates);
            // Who was a manager leaves people behind who have none for a while, or another at once.
            if (_random.NextDouble() < 0.1)
            {
                var effect = _random.NextDouble() < 0.3 ? Effect.Nulls : Effect.Moves;
                foreach (var report in _teams[_random.Next(_teams.Length)])
                    Put(last + 1, report, effect);
            }
        }

        Each(0.015, Effect.Moves);
        Each(0.007, Effect.Disables);
        Each(0.001, Effect.Disables);
        // Names and addresses; first days of hires that are put off.
        Each(0.002, Effect.Rekeys);
        Each(0.003, Effect.Rekeys);
        Each(0.001, Effect.Terminates);
        Each(0.002, Effect.Nulls);
        Each(0.0005, Effect.Revives);
        // A unit gets another name or another head, on the first of the month.
        for (var i = 0; i < Math.Max(1, People / 1000); i++)
        {
            foreach (var team in _teams[_random.Next(_teams.Length)])
                Put(begin, team, Effect.Moves);
        }

        void Each(double share, Effect effect)
        {
            foreach (var person in Some(share))
                Put(_random.Next(begin, end + 1), person, effect);
        }
    }

    private IEnumerable<int> Some(double share)
    {
        var expected = People * share;
        var count = (int)expected + (_random.NextDouble() < expected - Math.Floor(expected) ? 1 : 0);
        // As many as an ordinary month has by chance, not the same number each month.
        count = Math.Max(0, count + (int)Math.Round(Math.Sqrt(expected) * (_random.NextDouble() + _random.NextDouble() + _random.NextDouble() - 1.5) * 2));
        return Enumerable.Range(0, count).Select(_ => _random.Next(People));
    }

    private void Put(int day, int person, Effect effect)
    {
        if (day >= 0 && day < Days)
            _entries[day].Add((person, effect));
    }
}
