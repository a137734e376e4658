namespace ScimBridge.Scim.Schemas;

/// <summary>Definitions that cannot be used, with every fault that was found in them.</summary>
public sealed class SchemaCatalogException : Exception
{
    public SchemaCatalogException(IReadOnlyList<string> faults)
        : base("The schema definitions are not usable:" + string.Concat(faults.Select(f => "\n- " + f))) => Faults = faults;

    public IReadOnlyList<string> Faults { get; }
}
