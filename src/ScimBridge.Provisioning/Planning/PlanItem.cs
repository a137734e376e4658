namespace ScimBridge.Provisioning.Planning;

/// <summary>One thing that would happen: to a resource of the bridge, to an account at a target, or to a membership.</summary>
public sealed record PlanItem
{
    /// <summary>
    /// Whom it is about, the same each time that the plan is made: <c>hr/1017</c> for a worker, the key of a rule's group
    /// (<c>department:Sales</c>), otherwise the id of the resource.
    /// </summary>
    public required string Subject { get; init; }

    /// <summary>The source of the worker; null where it is about no worker.</summary>
    public string? Source { get; init; }

    /// <summary>The source's key of the worker; null where it is about no worker.</summary>
    public string? WorkerId { get; init; }

    /// <summary>Id of the resource; null where it does not exist yet.</summary>
    public string? ResourceId { get; init; }

    /// <summary>The target; null for the resource that the bridge itself publishes.</summary>
    public string? Target { get; init; }

    /// <summary>What would happen.</summary>
    public required PlannedOperation Operation { get; init; }

    /// <summary>The rule that decides it.</summary>
    public required string Rule { get; init; }

    /// <summary>The worker's department, where there is one.</summary>
    public string? Department { get; init; }

    /// <summary>Of a membership: the group's key where a rule made the group, otherwise its id.</summary>
    public string? Group { get; init; }

    /// <summary>The attributes that change, by name.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>
    /// Fingerprint of everything that it rests on: what is there now, and what would be written. Another fingerprint is another item, even
    /// where it looks alike.
    /// </summary>
    public required string Basis { get; init; }

    /// <summary>What it is, without what it rests on: no plan has two items of one key.</summary>
    public string Key => string.Join('\n', Subject, Target, Group, Operation.Word());
}
