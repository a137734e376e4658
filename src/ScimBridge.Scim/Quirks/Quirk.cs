namespace ScimBridge.Scim.Quirks;

/// <summary>The name of a deviation from the RFCs that a client is allowed; what it is stands in the file of that name.</summary>
public sealed record Quirk(string Name)
{
    public override string ToString() => Name;
}
