namespace ScimBridge.Provisioning.Groups;

/// <summary>What being in a group means beyond being in it; policy may withhold it from those who keep the rest.</summary>
/// <param name="Privileged">It is a privilege.</param>
/// <param name="Licence">It bears a licence, which somebody pays for.</param>
public readonly record struct GroupClass(bool Privileged, bool Licence);
