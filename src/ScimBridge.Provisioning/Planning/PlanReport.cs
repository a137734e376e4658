namespace ScimBridge.Provisioning.Planning;

/// <summary>How often something would happen.</summary>
/// <param name="Target">The target; null for the bridge itself.</param>
/// <param name="Operation">What happens.</param>
/// <param name="Rule">The rule that decides it.</param>
/// <param name="Count">How often.</param>
public readonly record struct PlanCount(string? Target, PlannedOperation Operation, string Rule, long Count);

/// <summary>How often something would happen in a department, at the bridge itself.</summary>
/// <param name="Department">The department; null where a worker has none.</param>
/// <param name="Operation">What happens.</param>
/// <param name="Count">How often.</param>
public readonly record struct DepartmentCount(string? Department, PlannedOperation Operation, long Count);

/// <summary>The figures of a plan, counted while it is made.</summary>
public sealed class PlanReport
{
    private readonly Dictionary<(string? Target, PlannedOperation Operation, string Rule), long> _counts = [];
    private readonly Dictionary<(string? Department, PlannedOperation Operation), long> _departments = [];
    private readonly HashSet<string> _workers = new(StringComparer.Ordinal);

    /// <summary>How many items there are.</summary>
    public long Items { get; private set; }

    /// <summary>About how many workers they are.</summary>
    public int Workers => _workers.Count;

    /// <summary>The counts by target, operation and rule, in that order.</summary>
    public IReadOnlyList<PlanCount> Counts =>
    [
        .. _counts.Select(c => new PlanCount(c.Key.Target, c.Key.Operation, c.Key.Rule, c.Value))
            .OrderBy(c => c.Target, StringComparer.Ordinal).ThenBy(c => c.Operation).ThenBy(c => c.Rule, StringComparer.Ordinal),
    ];

    /// <summary>The counts by department and operation.</summary>
    public IReadOnlyList<DepartmentCount> Departments =>
    [
        .. _departments.Select(d => new DepartmentCount(d.Key.Department, d.Key.Operation, d.Value))
            .OrderBy(d => d.Department, StringComparer.Ordinal).ThenBy(d => d.Operation),
    ];

    /// <summary>Counts an item.</summary>
    public void Add(PlanItem item)
    {
        ArgumentNullException.ThrowIfNull(item);
        Items++;
        var key = (item.Target, item.Operation, item.Rule);
        _counts[key] = _counts.GetValueOrDefault(key) + 1;
        if (item.WorkerId is null)
            return;
        _workers.Add(item.Subject);
        if (item.Target is not null)
            return;
        var department = (item.Department, item.Operation);
        _departments[department] = _departments.GetValueOrDefault(department) + 1;
    }
}
