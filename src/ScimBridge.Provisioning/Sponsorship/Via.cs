namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>By which link of the chain of succession somebody is asked, in the order of the chain.</summary>
public enum Via
{
    /// <summary>A co-sponsor who has accepted.</summary>
    CoSponsor = 0,

    /// <summary>The manager as of the event.</summary>
    Manager,

    /// <summary>A manager further up.</summary>
    ManagerAbove,

    /// <summary>The first owner of the account's team.</summary>
    TeamOwner,

    /// <summary>The owner of the application, or of the department.</summary>
    ApplicationOwner,
}
