using ScimBridge.Connectors.Sources;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What has to be known of the workers in some rows of a feed, loaded at once.</summary>
internal sealed class AcceptanceContext
{
    // Nobody has more people above them; who seems to is part of a cycle that is there already.
    private const int LongestChain = 100;
    private readonly Dictionary<string, List<Assertion>> _timelines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string?> _managers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _numbers = new(StringComparer.Ordinal);
    private Dictionary<string, string> _persons = new(StringComparer.Ordinal);

    private readonly ResourceType _user;

    private AcceptanceContext(ResourceType user) => _user = user;

    /// <summary>Workers that are known, by the key of the person.</summary>
    public Dictionary<string, KnownWorker> Known { get; private set; } = [];

    /// <summary>Hashes of records that a person believes.</summary>
    public HashSet<string> Believed { get; private set; } = [];

    /// <summary>Loads it. Where every row says what is known already, nothing but the workers is read.</summary>
    public static async Task<AcceptanceContext> LoadAsync(
        Session session, Reading reading, ResourceType user, IReadOnlyList<FeedItem> items, CancellationToken cancel)
    {
        var source = reading.Source;
        var context = new AcceptanceContext(user);
        // Most sources have one working relationship a person, and need not be asked for each row.
        reading.TellsPersons ??= await WorkerStore.TellsPersonsAsync(session, source, cancel);
        var telling = items.Where(i => i.WorkerId is null).Select(i => i.Record).OfType<HrRecord>().ToList();
        reading.TellsPersons |= telling.Exists(r => r.Facts.PersonId is not null);
        if (reading.TellsPersons == true)
            context._persons = await WorkerStore.PersonsAsync(session, source, Distinct(items.Select(WorkerOf).OfType<string>()), cancel);
        foreach (var record in telling)
        {
            if (record.Facts.PersonId is { } person)
                context._persons.TryAdd(record.Facts.WorkerId, person);
        }

        context.Known = await WorkerStore.FindAsync(session, source, Distinct(items.Select(context.PersonOf).OfType<string>()), cancel);
        // What is known is not taken apart.
        var news = items.Where(i => !context.SaysWhatIsKnown(i, out _)).Select(i => i.Record).OfType<HrRecord>()
            .Where(r => !(context.Known.TryGetValue(context.PersonOf(r), out var k) && k.RecordHash == r.Hash)).ToList();
        if (news.Count == 0)
            return context;
        context.Believed = await QuarantineStore.BelievedAsync(session, source, Distinct(news.Select(r => r.Hash)), cancel);
        var timelines = await RecordStore.OfWorkersAsync(
            session, source, Distinct(news.Select(context.PersonOf).Where(context.Known.ContainsKey)), cancel);
        foreach (var timeline in timelines)
            context._timelines[timeline.Key] = [.. timeline];
        await context.LoadNumbersAsync(session, source, news, cancel);
        await context.LoadManagersAsync(session, source, news, cancel);
        return context;
    }

    /// <summary>
    /// Whether the row says what the last record of its worker said: it has the hash that was kept of that one, which was sound, so that
    /// this one is.
    /// </summary>
    public bool SaysWhatIsKnown(FeedItem item, out KnownWorker worker)
    {
        worker = default;
        return item.WorkerId is { } id && Known.TryGetValue(PersonOf(id), out worker) && worker.RecordHash == item.Hash;
    }

    /// <summary>The key of the person whom the row is about; null where it is refused.</summary>
    public string? PersonOf(FeedItem item) =>
        item.WorkerId is { } worker ? PersonOf(worker) : item.Record is { } record ? PersonOf(record) : null;

    /// <summary>The key of the person who has the working relationship, where the record does not say.</summary>
    public string PersonOf(string worker) => _persons.GetValueOrDefault(worker, worker);

    /// <summary>The key of the person whom the record is about.</summary>
    public string PersonOf(HrRecord record) =>
        _persons.GetValueOrDefault(record.Facts.WorkerId) ?? record.Facts.PersonId ?? record.Facts.WorkerId;

    /// <summary>What has been said about the person, this chunk included; to be added to.</summary>
    public List<Assertion> TimelineOf(string person)
    {
        if (!_timelines.TryGetValue(person, out var timeline))
            _timelines[person] = timeline = [];
        return timeline;
    }

    /// <summary>Notes who reports to whom.</summary>
    public void Reports(string person, string? manager) => _managers[person] = manager;

    /// <summary>The managers from this one upwards.</summary>
    public IReadOnlyList<string> ChainOf(string? manager)
    {
        var chain = new List<string>();
        while (manager is not null && chain.Count < LongestChain && !chain.Contains(manager))
        {
            chain.Add(manager);
            manager = _managers.GetValueOrDefault(_persons.GetValueOrDefault(manager, manager));
        }

        return chain;
    }

    /// <summary>Another person who has the employee number; null where nobody has.</summary>
    public string? NumberHeldBy(string number, string person)
    {
        number = IndexedKey.OfEmployeeNumber(number, _user).Value;
        if (_numbers.TryGetValue(number, out var holder) && holder != person)
            return holder;
        _numbers[number] = person;
        return null;
    }

    private static string? WorkerOf(FeedItem item) => item.WorkerId ?? item.Record?.Facts.WorkerId;

    private async Task LoadNumbersAsync(Session session, string source, List<HrRecord> records, CancellationToken cancel)
    {
        var keys = records.Select(r => r.Facts.EmployeeNumber).Where(n => n.Length > 0).Distinct(StringComparer.Ordinal)
            .Select(n => IndexedKey.OfEmployeeNumber(n, _user)).ToList();
        if (keys.Count == 0)
            return;
        foreach (var (number, worker) in await WorkerStore.OfKeysAsync(session, source, keys[0].Path, Distinct(keys.Select(k => k.Value)), cancel))
            _numbers.TryAdd(number, worker);
    }

    private async Task LoadManagersAsync(Session session, string source, List<HrRecord> records, CancellationToken cancel)
    {
        var open = Distinct(records.Select(r => r.Facts.ManagerId).OfType<string>());
        for (var step = 0; step < LongestChain && open.Length > 0; step++)
        {
            foreach (var (worker, manager) in await WorkerStore.ManagersAsync(session, source, open, cancel))
                _managers[worker] = manager;
            foreach (var unknown in open)
                _managers.TryAdd(unknown, null);
            open = Distinct(open.Select(o => _managers[o]).OfType<string>().Where(m => !_managers.ContainsKey(m)));
        }
    }

    private static string[] Distinct(IEnumerable<string> texts) => [.. texts.Distinct(StringComparer.Ordinal)];
}
