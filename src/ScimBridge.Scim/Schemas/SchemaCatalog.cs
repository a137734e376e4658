namespace ScimBridge.Scim.Schemas;

/// <summary>
/// All schemas and resource types of a server: those of the RFC, which come with the product, and those that the
/// configuration adds. Immutable.
/// </summary>
public sealed class SchemaCatalog
{
    private SchemaCatalog(IReadOnlyList<SchemaDefinition> schemas, IReadOnlyList<ResourceType> resourceTypes)
    {
        Schemas = schemas;
        ResourceTypes = resourceTypes;
    }

    /// <summary>The schemas and resource types that come with the product, without those that have to be switched on.</summary>
    public static SchemaCatalog Default { get; } = Load([], []);

    public IReadOnlyList<SchemaDefinition> Schemas { get; }

    public IReadOnlyList<ResourceType> ResourceTypes { get; }

    public ResourceType User => FindResourceType("User")!;

    public ResourceType Group => FindResourceType("Group")!;

    /// <summary>
    /// Builds the catalogue. A document with the id of a schema, or the name of a resource type, that comes with the
    /// product takes its place: so an extension is added to User by configuration alone.
    /// </summary>
    /// <param name="schemaDocuments">Further schemas, as JSON documents in the form of RFC 7643 8.7.</param>
    /// <param name="resourceTypeDocuments">Further resource types, as JSON documents in the form of RFC 7643 6.</param>
    /// <param name="serviceAccounts">Whether <c>/ServiceAccounts</c> is offered, which comes with the product too.</param>
    /// <param name="agents">Whether <c>/Agents</c> is offered, a view of those of them that are agent identities.</param>
    /// <exception cref="SchemaCatalogException">A definition is not usable; all faults are named.</exception>
    public static SchemaCatalog Load(
        IEnumerable<string> schemaDocuments, IEnumerable<string> resourceTypeDocuments, bool serviceAccounts = false, bool agents = false)
    {
        var faults = new List<string>();
        var schemas = Merge(
            EmbeddedDocuments.Schemas(serviceAccounts, agents).Select(d => SchemaReader.Read(d, faults)),
            schemaDocuments.Select(d => SchemaReader.Read(d, faults)),
            s => s.Id,
            faults);
        var byUri = schemas.ToDictionary(s => s.Id, StringComparer.OrdinalIgnoreCase);
        var resourceTypes = Merge(
            EmbeddedDocuments.ResourceTypes(serviceAccounts, agents).Select(d => ResourceTypeReader.Read(d, byUri.GetValueOrDefault, faults)),
            resourceTypeDocuments.Select(d => ResourceTypeReader.Read(d, byUri.GetValueOrDefault, faults)),
            t => t.Name,
            faults);
        foreach (var twice in resourceTypes.GroupBy(t => t.Endpoint, StringComparer.OrdinalIgnoreCase).Where(g => g.Skip(1).Any()))
        {
            faults.Add($"the endpoint {twice.Key} belongs to {string.Join(" and ", twice)}");
        }

        return faults.Count == 0 ? new SchemaCatalog(schemas, resourceTypes) : throw new SchemaCatalogException(faults);
    }

    /// <summary>The schema by its URI in any case, or null.</summary>
    public SchemaDefinition? FindSchema(string uri) =>
        Schemas.FirstOrDefault(s => string.Equals(s.Id, uri, StringComparison.OrdinalIgnoreCase));

    /// <summary>The resource type by its name (exact case, RFC 7643 3.1), or null.</summary>
    public ResourceType? FindResourceType(string name) =>
        ResourceTypes.FirstOrDefault(t => string.Equals(t.Name, name, StringComparison.Ordinal));

    /// <summary>The resource type by its endpoint in any case, with or without the leading slash, or null.</summary>
    public ResourceType? FindEndpoint(string endpoint) =>
        ResourceTypes.FirstOrDefault(t => t.Endpoint.AsSpan(1).Equals(endpoint.AsSpan().TrimStart('/'), StringComparison.OrdinalIgnoreCase));

    private static List<T> Merge<T>(IEnumerable<T?> embedded, IEnumerable<T?> added, Func<T, string> key, List<string> faults)
        where T : class
    {
        var all = embedded.OfType<T>().ToList();
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var item in added.OfType<T>())
        {
            if (!seen.Add(key(item)))
            {
                faults.Add($"{key(item)} is defined twice");
                continue;
            }

            var at = all.FindIndex(i => string.Equals(key(i), key(item), StringComparison.OrdinalIgnoreCase));
            if (at < 0)
            {
                all.Add(item);
            }
            else
            {
                all[at] = item;
            }
        }

        return all;
    }
}
