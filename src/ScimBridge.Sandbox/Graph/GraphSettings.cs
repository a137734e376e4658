namespace ScimBridge.Sandbox.Graph;

/// <summary>The switches of a tenant, which may be changed while it runs.</summary>
public sealed record GraphSettings
{
    /// <summary>How many calls that name a new object do not find it yet: replicas lag behind.</summary>
    public int CallsBehind { get; init; }

    /// <summary>How many advanced queries (ConsistencyLevel: eventual) show an object as it was before its last change.</summary>
    public int SearchesBehind { get; init; }

    /// <summary>The most items on a page.</summary>
    public int MaxPageSize { get; init; } = 100;

    /// <summary>The directory extensions of users that are registered.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = ["extension_0123456789abcdef0123456789abcdef_scimBridgeId"];

    /// <summary>What part of the tenant's limit is used up, as <c>x-ms-throttle-limit-percentage</c> says from 0.8 on; null says nothing.</summary>
    public double? LimitUsed { get; init; }

    /// <summary>The resource units that the tenant lets through in 10 seconds; more is answered 429. Null: no limit.</summary>
    public int? UnitsPer10Seconds { get; init; }

    /// <summary>How long a revocation of sessions takes to be in force.</summary>
    public int RevocationSeconds { get; init; }

    /// <summary>For how long a client secret that was removed is still taken here and there.</summary>
    public int SecretLingerSeconds { get; init; }

    /// <summary>
    /// Whether Graph looks at each access token of a user again (continuous access evaluation), so that it ends with the session and the
    /// account; otherwise it is good until it ends by itself.
    /// </summary>
    public bool EvaluatesContinuously { get; init; }

    /// <summary>How long an access token is good.</summary>
    public int TokenSeconds { get; init; } = 3599;
}
