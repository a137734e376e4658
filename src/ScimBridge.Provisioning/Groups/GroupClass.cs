using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Provisioning.Groups;

/// <summary>What being in a group, or having a role, means beyond that; policy may withhold it from those who keep the rest.</summary>
/// <param name="Privileged">It is a privilege.</param>
/// <param name="Licence">It bears a licence, which somebody pays for.</param>
public readonly record struct GroupClass(bool Privileged, bool Licence)
{
    /// <summary>Whether somebody about whom this was decided may have what a rule or a hand gives.</summary>
    public bool IsGranted(Intent intent)
    {
        ArgumentNullException.ThrowIfNull(intent);
        return intent.Memberships.HasFlag(
            Memberships.Ordinary
            | (Privileged ? Memberships.Privileged : Memberships.None)
            | (Licence ? Memberships.Licence : Memberships.None));
    }
}
