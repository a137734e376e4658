using ScimBridge.Provisioning.Access;

namespace ScimBridge.Provisioning.Reconciliation;

/// <summary>What is left of access that should have ended.</summary>
public static class AccessReconciler
{
    /// <summary>What somebody who has left still holds; null for nothing, and where the target does not tell.</summary>
    /// <param name="resourceId">Who has left.</param>
    /// <param name="remoteId">The account.</param>
    /// <param name="kind">The kind of access; that of the account itself is compared with the account.</param>
    /// <param name="reading">What the target shows of it.</param>
    public static Difference? OfLeaver(string resourceId, string remoteId, AccessKind kind, AccessReading reading)
    {
        ArgumentNullException.ThrowIfNull(reading);
        if (reading.Left is not { Count: > 0 })
            return null;
        var difference = kind switch
        {
            AccessKind.Account => DifferenceKind.ReEnabled,
            AccessKind.Roles => DifferenceKind.ExtraRole,
            AccessKind.Memberships => DifferenceKind.ExtraMembership,
            _ => DifferenceKind.LeaverCredential,
        };
        return new Difference(difference, DifferenceSubject.User, resourceId, remoteId) { What = [Revocation.Words.Of(kind)], Because = reading.Value };
    }
}
