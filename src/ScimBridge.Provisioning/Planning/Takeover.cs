namespace ScimBridge.Provisioning.Planning;

/// <summary>What is enough for a target to take an account without a key for somebody's, where no employee number says whose it is.</summary>
[Flags]
public enum Takeover
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The same user name, where that is no e-mail address.</summary>
    ByName = 1,

    /// <summary>The same e-mail address, also as the user name.</summary>
    ByAddress = 2,
}
