using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Resources;

namespace ScimBridge.Scim.Patching;

/// <summary>One step of a change to the members of a relation; the steps apply in order, and none needs the members there are.</summary>
public abstract record MembershipChange
{
    private protected MembershipChange()
    {
    }
}

/// <summary>These become members; who is one already stays one.</summary>
public sealed record AddMembers(IReadOnlyList<MemberReference> Members) : MembershipChange;

/// <summary>These stop being members; who is none stays none.</summary>
public sealed record RemoveMembers(IReadOnlyList<string> Ids) : MembershipChange;

/// <summary>Every member goes.</summary>
public sealed record RemoveAllMembers : MembershipChange;

/// <summary>These are the members from now on.</summary>
public sealed record ReplaceMembers(IReadOnlyList<MemberReference> Members) : MembershipChange;

/// <summary>The members that satisfy a filter on their sub-attributes go.</summary>
public sealed record RemoveMembersWhere(Filter Filter) : MembershipChange;
