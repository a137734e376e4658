namespace ScimBridge.Provisioning.Mapping;

/// <summary>What kind of thing stands at the target.</summary>
public enum AccountKind
{
    /// <summary>A person's account.</summary>
    User = 0,

    /// <summary>A group.</summary>
    Group = 1,
}
