namespace ScimBridge.Sandbox.ScimTarget.Schemas;

/// <summary>A kind of resource: where it lives, what describes it, and which attribute must be unique.</summary>
internal sealed record ScimResourceType(string Name, string Endpoint, string KeyAttribute, ScimSchema Core, ScimSchema[] Extensions)
{
    public bool HasMembers => Core.Find("members") is not null;

    /// <summary>The extension with this URN, if this target describes it.</summary>
    public ScimSchema? FindExtension(string urn) =>
        Array.Find(Extensions, extension => extension.Urn.Equals(urn, StringComparison.OrdinalIgnoreCase));
}
