namespace ScimBridge.Scim.Schemas;

/// <summary>One entry of <c>authenticationSchemes</c> (RFC 7643 5); the type is one of the five names of the RFC.</summary>
public sealed record AuthenticationScheme(string Type, string Name, string Description)
{
    public string? SpecUri { get; init; }

    public string? DocumentationUri { get; init; }

    public bool Primary { get; init; }
}
