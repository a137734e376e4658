namespace ScimBridge.Provisioning.Mapping;

/// <summary>What becomes of the user name of one whose name changes.</summary>
public enum RenameAction
{
    /// <summary>It stays.</summary>
    Keep = 0,

    /// <summary>The best candidate of the new name follows; the old one stays theirs, as an address and as a name that nobody else gets.</summary>
    Rename = 1,
}
