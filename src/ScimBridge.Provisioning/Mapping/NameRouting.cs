namespace ScimBridge.Provisioning.Mapping;

/// <summary>Which of a person's names a target is told.</summary>
public enum NameRouting
{
    /// <summary>The name that the person uses.</summary>
    Preferred = 0,

    /// <summary>The name in the papers, where HR knows another.</summary>
    Legal = 1,
}
