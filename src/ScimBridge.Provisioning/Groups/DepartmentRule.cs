using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Groups;

/// <summary>
/// A group for each department, of everybody who works in it: what holds where nothing else is configured. A department is known by its code
/// where it has one, else by its name.
/// </summary>
public sealed class DepartmentRule : IGroupRule
{
    /// <inheritdoc/>
    public string Key => "department";

    /// <inheritdoc/>
    public GroupClass Class => default;

    /// <inheritdoc/>
    public RuledMembership? Of(JsonObject user, Worker worker, Instant now, IDateTimeZoneProvider zones)
    {
        ArgumentNullException.ThrowIfNull(worker);
        return Of(worker.Facts) is { } group ? new RuledMembership(group, Until: null) : null;
    }

    /// <summary>The group of a worker's department; null where the worker has none.</summary>
    public static RuledGroup? Of(WorkerFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var name = facts.Department ?? facts.DepartmentCode;
        return name is null ? null : new RuledGroup($"department:{facts.DepartmentCode ?? name}", name, default);
    }
}
