namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>
/// Classes of the memberships that policy gives. A group needs its own class, and <see cref="Ordinary"/>: one that is privileged and bears a
/// licence needs all three.
/// </summary>
[Flags]
public enum Memberships
{
    /// <summary>None at all.</summary>
    None = 0,

    /// <summary>Groups that are neither privileged nor bear a licence.</summary>
    Ordinary = 1,

    /// <summary>Groups that bear a licence, which somebody pays for.</summary>
    Licence = 2,

    /// <summary>Groups that are privileged.</summary>
    Privileged = 4,

    /// <summary>All but the privileged ones.</summary>
    Unprivileged = Ordinary | Licence,

    /// <summary>Everything that policy gives.</summary>
    All = Unprivileged | Privileged,
}
