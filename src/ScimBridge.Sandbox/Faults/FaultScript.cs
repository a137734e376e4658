namespace ScimBridge.Sandbox.Faults;

/// <summary>The rules of one target, in order: the first that strikes decides what happens to a call.</summary>
public sealed class FaultScript
{
    private readonly Lock gate = new();
    private ArmedRule[] rules = [];

    /// <summary>The rules as they were given.</summary>
    public IReadOnlyList<FaultRule> Rules => [.. Volatile.Read(ref rules).Select(armed => armed.Rule)];

    /// <summary>Adds a rule behind those that are there.</summary>
    public void Add(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        if (rule.Fault() is { } fault)
            throw new ArgumentException(fault, nameof(rule));
        lock (gate)
            rules = [.. rules, new(rule)];
    }

    /// <summary>Takes all rules away.</summary>
    public void Clear()
    {
        lock (gate)
            rules = [];
    }

    /// <summary>The rule that strikes a call; one that is not to be struck by chance, by those alone that name a path.</summary>
    internal FaultRule? Strike(string method, string path, bool isNamedOnly = false) =>
        Array.Find(Volatile.Read(ref rules), armed => (!isNamedOnly || armed.Rule.PathContains is not null) && armed.Strikes(method, path))?.Rule;
}
