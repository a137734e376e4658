namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>How far the exchange or the end of a credential has come.</summary>
public enum RotationStage
{
    /// <summary>Nothing is done yet, or a new one has been asked for and its key id is not known.</summary>
    Planned = 0,

    /// <summary>A new one is there, or is kept to take the place of the old one; nobody else has it yet.</summary>
    Added,

    /// <summary>The new one is where its consumers fetch it.</summary>
    HandedOver,

    /// <summary>The old one may go: the new one is in use, or the time for that is over, or there is no new one.</summary>
    SeenInUse,

    /// <summary>The target has said that the old one is gone.</summary>
    Removed,

    /// <summary>It was looked at, and tried where that could be; nothing is left to do.</summary>
    Probed,
}
