namespace ScimBridge.Provisioning.Workers;

/// <summary>Whether a worker is to have access at an instant, whatever payroll says.</summary>
public enum AccessState
{
    /// <summary>Never had, and is not to have yet: a hire in the future.</summary>
    None = 0,

    /// <summary>About to start: the account may be prepared, not used.</summary>
    PreStart,

    /// <summary>At work.</summary>
    Active,

    /// <summary>On leave: what is privileged is off.</summary>
    Restricted,

    /// <summary>Barred for a time: nothing works, nothing is taken apart.</summary>
    Suspended,

    /// <summary>Over.</summary>
    Ended,
}
