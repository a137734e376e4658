using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>One piece of work at a target: what is called as one.</summary>
/// <param name="Items">The due marks that it settles.</param>
internal abstract record DeliveryWork(IReadOnlyList<DueItem> Items);

/// <summary>One account.</summary>
internal sealed record AccountWork(DueItem Item, AccountKind Kind, Operation Operation, MappedAccount? Mapped, Link? Link)
    : DeliveryWork([Item]);

/// <summary>Members of one group.</summary>
internal sealed record MemberWork(
    IReadOnlyList<DueItem> Items,
    string GroupId,
    string RemoteGroupId,
    IReadOnlyDictionary<string, string> Add,
    IReadOnlyDictionary<string, string> Remove) : DeliveryWork(Items);

/// <summary>An account that cannot be mapped as the target is configured: it is refused, and nobody else.</summary>
internal sealed record UnmappedWork(DueItem Item, MappingException Why) : DeliveryWork([Item]);

/// <summary>Marks behind which there is nothing to do.</summary>
internal sealed record NoWork(IReadOnlyList<DueItem> Items) : DeliveryWork(Items);

/// <summary>Marks of accounts that are protected: nothing is called for them.</summary>
internal sealed record ProtectedWork(IReadOnlyList<DueItem> Items) : DeliveryWork(Items);

/// <summary>A piece of work and what came of it.</summary>
internal sealed record DeliveryResult(DeliveryWork Work, Outcome Outcome)
{
    /// <summary>The calls that it took, the last of them where there were many.</summary>
    public IReadOnlyList<CallMade> Calls { get; init; } = [];
}
