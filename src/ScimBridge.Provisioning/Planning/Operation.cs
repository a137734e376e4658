using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Planning;

/// <summary>What is to be done about one account: a closed set.</summary>
public abstract record Operation
{
    private Operation()
    {
    }

    /// <summary>The target holds what it should: no call.</summary>
    public sealed record Nothing : Operation;

    /// <summary>Create the account.</summary>
    /// <param name="Account">What it is to be.</param>
    /// <param name="FindFirst">A creation was tried before and its outcome is not known: look for it before creating.</param>
    public sealed record Create(DesiredAccount Account, bool FindFirst) : Operation;

    /// <summary>Change the account.</summary>
    /// <param name="RemoteId">The account.</param>
    /// <param name="Account">What it is to be in the end.</param>
    /// <param name="Changes">The attributes that differ.</param>
    /// <param name="Active">The new usability; null where it stays.</param>
    public sealed record Update(
        string RemoteId, DesiredAccount Account, IReadOnlyList<AttributeChange> Changes, bool? Active) : Operation;

    /// <summary>Delete the account.</summary>
    /// <param name="Kind">User or group.</param>
    /// <param name="RemoteId">The account; null where only its correlation key is known.</param>
    public sealed record Delete(AccountKind Kind, string? RemoteId) : Operation;
}
