namespace ScimBridge.Provisioning.Planning;

/// <summary>How far a target lists what it has.</summary>
public enum Listing
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>All of it, page by page.</summary>
    Full = 1,

    /// <summary>All of it, and also what has changed since a mark.</summary>
    Delta = 2,
}
