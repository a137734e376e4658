using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Patching;

/// <summary>Operations on the members of a relation become steps that a store takes without reading the members (RFC 7643 4.2).</summary>
internal sealed class MembershipPatch(ValueReader values, ClientProfile profile)
{
    private readonly List<MembershipChange> _changes = [];

    public IReadOnlyList<MembershipChange> Changes => _changes;

    public void Apply(PatchOperation operation, AttributeDefinition relation)
    {
        var isWhole = operation.Path is { ValueFilter: null, Attribute.SubAttribute: null };
        if (operation.Verb == PatchVerb.Remove)
        {
            if (operation.Path.Attribute!.SubAttribute is not null)
            {
                throw Immutable(relation);
            }

            Remove(operation, relation);
        }
        else if (!isWhole)
        {
            // To replace an immutable value by itself changes nothing, and is no fault (RFC 7644 3.5.2).
            if (!IsSame(operation))
            {
                throw Immutable(relation);
            }
        }
        else
        {
            var members = MemberReader.Read(relation, operation.Value, values, profile, singleAllowed: true);
            if (operation.Verb == PatchVerb.Replace)
            {
                Append(members.Count == 0 ? new RemoveAllMembers() : new ReplaceMembers(members));
            }
            else if (members.Count > 0)
            {
                Append(new AddMembers(members));
            }
        }
    }

    private void Remove(PatchOperation operation, AttributeDefinition relation)
    {
        if (operation.Path.ValueFilter is { } filter)
        {
            Append(Ids(filter) is { } ids ? new RemoveMembers(ids) : new RemoveMembersWhere(filter));
        }
        else if (operation.Value is null)
        {
            Append(new RemoveAllMembers());
        }
        else if (!profile.Allows(RemoveWithValue.Quirk))
        {
            throw ScimError.InvalidValue("remove takes no value; the path selects what to remove by a filter.").AsException();
        }
        else if (MemberReader.Read(relation, operation.Value, values, profile, singleAllowed: true) is { Count: > 0 } members)
        {
            Append(new RemoveMembers([.. members.Select(m => m.Value)]));
        }
    }

    /// <summary>Joins a step with the one before it where both do the same, so that a thousand operations are one statement.</summary>
    private void Append(MembershipChange change)
    {
        MembershipChange? joined = (_changes.LastOrDefault(), change) switch
        {
            (AddMembers before, AddMembers now) => new AddMembers([.. before.Members, .. now.Members]),
            (RemoveMembers before, RemoveMembers now) => new RemoveMembers([.. before.Ids, .. now.Ids]),
            _ => null,
        };
        if (joined is not null)
        {
            _changes[^1] = joined;
            return;
        }

        if (change is RemoveAllMembers or ReplaceMembers)
        {
            // Whatever was done before is undone by these.
            _changes.Clear();
        }

        _changes.Add(change);
    }

    private static bool IsSame(PatchOperation operation) =>
        operation is { Verb: PatchVerb.Replace, Path: { Attribute.SubAttribute.Name: "value", ValueFilter: { } filter }, Value: JsonValue value }
        && Ids(filter) is [var id] && value.TryGetValue<string>(out var text) && text == id;

    /// <summary>The ids that a filter names, or null where it does more than that.</summary>
    private static List<string>? Ids(Filter filter) => filter switch
    {
        Comparison { Operator: ComparisonOperator.Equal, Path.Leaf.Name: "value", Value: CanonicalText id } => [id.Value],
        Or either when Ids(either.Left) is { } left && Ids(either.Right) is { } right => [.. left, .. right],
        _ => null,
    };

    private static ScimException Immutable(AttributeDefinition relation) =>
        ScimError.Mutability($"A value of {relation.Name} cannot be changed, only added or removed.").AsException();
}
