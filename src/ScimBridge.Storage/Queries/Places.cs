using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Queries;

/// <summary>
/// Says where each attribute of a resource, which the statement calls <c>r</c>, is found: in a column, in the rows of memberships, or in
/// the search document.
/// </summary>
internal sealed class Places(Statement statement, SchemaCatalog catalog, string baseUrl)
{
    private readonly Relations _relations = new(statement, catalog, baseUrl);

    /// <summary>The place of an attribute, its sub-attributes not resolved.</summary>
    public Place Of(ResourceType type, AttributePath path)
    {
        var attribute = path.Attribute;
        if (path.Schema is not null)
            return Json("r.search", [path.Schema, attribute.Name], attribute);
        if (attribute == CommonAttributes.Id)
            return new ScalarPlace("r.id", ScalarKind.Text, Optional: false);
        if (attribute == CommonAttributes.Meta)
            return new ComplexPlace("true", Meta);
        if (attribute.Name == type.Relation)
            return _relations.Members();
        return type.Derived.Contains(attribute.Name, StringComparer.Ordinal)
            ? _relations.Groups()
            : Json("r.search", [attribute.Name], attribute);
    }

    private Place Meta(AttributeDefinition sub) => sub.Name switch
    {
        "resourceType" => new ScalarPlace("r.type", ScalarKind.Text, Optional: false),
        "created" => new ScalarPlace("r.created_at", ScalarKind.Instant, Optional: false),
        "lastModified" => new ScalarPlace("r.modified_at", ScalarKind.Instant, Optional: false),
        // The weak entity tag (RFC 7644 3.14).
        "version" => new ScalarPlace(statement.Dialect.Binary("('W/\"' || CAST(r.version AS text) || '\"')"), ScalarKind.Text, Optional: false),
        "location" => _relations.Location("r"),
        _ => new ScalarPlace("CAST(NULL AS text)", ScalarKind.Text),
    };

    private Place Json(string json, string[] path, AttributeDefinition attribute)
    {
        if (!attribute.MultiValued)
            return Single(json, path, attribute);
        var alias = statement.Alias();
        return new RowsPlace(
            statement.Dialect.JsonElements(json, alias, path),
            "true",
            alias + ".key",
            sub => sub is null ? Scalar(alias + ".value", [], attribute) : Json(alias + ".value", [sub.Name], sub));
    }

    private Place Single(string json, string[] path, AttributeDefinition attribute) => attribute.IsComplex
        ? new ComplexPlace(statement.Dialect.JsonNode(json, path) + " IS NOT NULL", sub => Json(json, [.. path, sub.Name], sub))
        : Scalar(json, path, attribute);

    private ScalarPlace Scalar(string json, string[] path, AttributeDefinition attribute) => attribute.Type switch
    {
        AttributeType.Boolean => new ScalarPlace(statement.Dialect.JsonBoolean(json, path), ScalarKind.Boolean),
        AttributeType.Integer or AttributeType.Decimal => new ScalarPlace(statement.Dialect.JsonNumber(json, path), ScalarKind.Number),
        _ => new ScalarPlace(statement.Dialect.JsonText(json, path), ScalarKind.Text),
    };
}
