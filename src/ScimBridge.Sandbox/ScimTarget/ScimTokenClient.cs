namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>A client of a target's token service (RFC 6749 section 4.4).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Secret">Its secret.</param>
public sealed record ScimTokenClient(string Id, string Secret)
{
    /// <summary>How long its tokens last, in seconds.</summary>
    public int LifeSeconds { get; init; } = 3600;

    /// <summary>Whether it proves itself in the body instead of the Authorization header (RFC 6749 section 2.3.1).</summary>
    public bool InBody { get; init; }

    /// <summary>The scope it may ask for; null: any.</summary>
    public string? Scope { get; init; }
}
