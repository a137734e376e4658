namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>What a fetch brought.</summary>
public enum PullMode
{
    /// <summary>There is nothing to read; only the cursor counts.</summary>
    Nothing = 0,

    /// <summary>Everybody whom the system shows.</summary>
    Full,

    /// <summary>Those who changed since the cursor.</summary>
    Delta,
}
