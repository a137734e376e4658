namespace ScimBridge.Provisioning.Planning;

/// <summary>A user name or an address that an account at a target has which is nobody's of ours, as the target's listing showed it.</summary>
/// <param name="Target">The target.</param>
/// <param name="RemoteId">The account.</param>
/// <param name="Folded">The name, without case and accents.</param>
/// <param name="ResourceId">The user whose account it could be, because it carries their key or was matched; null for nobody.</param>
/// <param name="EmployeeNumber">The employee number of the account; null where it has none.</param>
public sealed record NameAtTarget(string Target, string RemoteId, string Folded, string? ResourceId, string? EmployeeNumber)
{
    /// <summary>
    /// Whether a person may have the name all the same, because the target would take the account over for them: it carries their key, it has their
    /// employee number, or nothing is known of whose it is and names, or addresses, alone are enough for it.
    /// </summary>
    /// <param name="resourceId">The user of the person.</param>
    /// <param name="employeeNumber">The employee number of the person; null for none.</param>
    /// <param name="takeover">By what alone the target takes an account over.</param>
    public bool IsFor(string resourceId, string? employeeNumber, Takeover takeover)
    {
        if (ResourceId is not null)
            return ResourceId == resourceId;
        if (EmployeeNumber is not null && employeeNumber is not null)
            return EmployeeNumber == employeeNumber;
        return takeover.HasFlag(Folded.Contains('@', StringComparison.Ordinal) ? Takeover.ByAddress : Takeover.ByName);
    }
}
