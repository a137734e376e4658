using System.Text.Json.Nodes;
using ScimBridge.Sandbox.Faults;

namespace ScimBridge.Sandbox.Hris;

/// <summary>An HR system from the inside: its records in its own shape, what it was asked, its switches and its faults.</summary>
public sealed class HrisState
{
    private readonly HrisOptions options;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private readonly Dictionary<string, HrisWorker> workers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> removed = new(StringComparer.Ordinal);
    private readonly List<HrisCall> calls = [];
    private readonly HashSet<string> tokens = new(StringComparer.Ordinal);
    private HrisSettings settings = new();

    internal HrisState(HrisOptions options, TimeProvider clock)
    {
        this.options = options;
        this.clock = clock;
    }

    /// <summary>The name in the URL.</summary>
    public string Name => options.Name;

    /// <summary>What it stands in for.</summary>
    public HrisKind Kind => options.Kind;

    /// <summary>What goes wrong, and when.</summary>
    public FaultScript Faults { get; } = new();

    /// <summary>The switches; a new value holds from the next call on.</summary>
    public HrisSettings Settings
    {
        get => Volatile.Read(ref settings);
        set => Volatile.Write(ref settings, value);
    }

    /// <summary>What it was asked since the start or the last reset.</summary>
    public IReadOnlyList<HrisCall> Calls
    {
        get
        {
            lock (gate)
                return [.. calls];
        }
    }

    internal string Secret => options.Secret;

    internal DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>Puts a record in the place of the one with this key, if there is one. It is in the shape of the system, as JSON.</summary>
    public void Put(string key, string json)
    {
        var content = JsonNode.Parse(json) as JsonObject ?? throw new ArgumentException("A record is an object.", nameof(json));
        lock (gate)
        {
            var created = workers.TryGetValue(key, out var before) ? before.Created : Now;
            workers[key] = new(key, content, created, Now);
            removed.Remove(key);
        }
    }

    /// <summary>Removes a record; false where there is none.</summary>
    public bool Remove(string key)
    {
        lock (gate)
        {
            removed[key] = Now;
            return workers.Remove(key);
        }
    }

    /// <summary>Takes back every token that was handed out.</summary>
    public void RevokeTokens()
    {
        lock (gate)
            tokens.Clear();
    }

    /// <summary>Forgets records, calls, tokens and faults, and sets the switches back.</summary>
    public void Reset()
    {
        lock (gate)
        {
            workers.Clear();
            removed.Clear();
            calls.Clear();
            tokens.Clear();
        }

        Faults.Clear();
        Settings = new();
    }

    internal IReadOnlyList<HrisWorker> Workers()
    {
        lock (gate)
            return [.. workers.Values.OrderBy(worker => worker.Key, StringComparer.Ordinal)];
    }

    internal IReadOnlyList<(string Key, DateTimeOffset At)> Removed()
    {
        lock (gate)
            return [.. removed.Select(pair => (pair.Key, pair.Value))];
    }

    internal string NewToken()
    {
        var token = Guid.NewGuid().ToString("N");
        lock (gate)
            tokens.Add(token);
        return token;
    }

    internal bool Knows(string token)
    {
        lock (gate)
            return tokens.Contains(token);
    }

    internal void Note(HrisCall call)
    {
        lock (gate)
            calls.Add(call);
    }
}
