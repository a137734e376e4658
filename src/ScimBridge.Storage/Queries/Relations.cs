using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>The attributes that are rows of memberships: the members of a group, and the groups of a resource.</summary>
internal sealed class Relations(Statement statement, SchemaCatalog catalog, string baseUrl)
{
    /// <summary>The direct members.</summary>
    public RowsPlace Members()
    {
        var membership = statement.Alias();
        var member = statement.Alias();
        return new RowsPlace(
            $"membership AS {membership} JOIN resource AS {member} ON {member}.id = {membership}.member_id",
            $"{membership}.group_id = r.id",
            $"{membership}.member_id",
            sub => sub?.Name switch
            {
                "value" => new ScalarPlace($"{membership}.member_id", ScalarKind.Text, Optional: false),
                "type" => TypeName(member),
                _ => Common(member, sub),
            });
    }

    /// <summary>The groups, direct and indirect; <c>type</c> says which.</summary>
    public RowsPlace Groups()
    {
        var above = statement.Alias();
        var group = statement.Alias();
        return new RowsPlace(
            $"({MembershipSql.Above(statement.Dialect, "r.id")}) AS {above} JOIN resource AS {group} ON {group}.id = {above}.id",
            "true",
            $"{group}.id",
            sub => sub?.Name switch
            {
                "value" => new ScalarPlace($"{group}.id", ScalarKind.Text, Optional: false),
                "type" => new ScalarPlace(
                    statement.Dialect.Binary($"CASE WHEN {MembershipSql.IsDirect(statement.Dialect, $"{group}.id", "r.id")} THEN 'direct' ELSE 'indirect' END"),
                    ScalarKind.Text,
                    Optional: false),
                _ => Common(group, sub),
            });
    }

    /// <summary>The URL of a resource.</summary>
    public ScalarPlace Location(string resource) => new(
        "(" + ByType(resource, type => $"{baseUrl.TrimEnd('/')}{type.Endpoint}/") + $" || {resource}.id)", ScalarKind.Text, Optional: false);

    private Place Common(string resource, AttributeDefinition? sub) => sub?.Name switch
    {
        "display" => new ScalarPlace(MembershipSql.Display(statement.Dialect, resource + ".search"), ScalarKind.Text),
        "$ref" => Location(resource),
        _ => new ScalarPlace("CAST(NULL AS text)", ScalarKind.Text),
    };

    private ScalarPlace TypeName(string resource) => new(ByType(resource, type => Canonical.Fold(type.Name)), ScalarKind.Text, Optional: false);

    private string ByType(string resource, Func<ResourceType, string> text) =>
        statement.Dialect.Binary(
            $"CASE {resource}.type " +
            string.Concat(catalog.ResourceTypes.Select(t => $"WHEN {Statement.Literal(t.Name)} THEN {Statement.Literal(text(t))} ")) + "END");
}
