namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>How a credential is taken out of use at its target.</summary>
public enum RotationWay
{
    /// <summary>A new one beside it, then the old one is removed: nobody is without.</summary>
    Exchange = 0,

    /// <summary>A new one in its place, in the same moment.</summary>
    Replace,

    /// <summary>It is removed, and nothing comes in its place.</summary>
    Remove,
}
