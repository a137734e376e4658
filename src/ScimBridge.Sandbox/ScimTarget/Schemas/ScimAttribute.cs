using System.Text.Json.Serialization;

namespace ScimBridge.Sandbox.ScimTarget.Schemas;

/// <summary>One attribute as /Schemas publishes it (RFC 7643 section 7); the same table checks what clients send.</summary>
internal sealed record ScimAttribute(string Name)
{
    public string Type { get; init; } = "string";

    public bool MultiValued { get; init; }

    public bool Required { get; init; }

    public bool CaseExact { get; init; }

    public string Mutability { get; init; } = "readWrite";

    public string Returned { get; init; } = "default";

    public string Uniqueness { get; init; } = "none";

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string[]? ReferenceTypes { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScimAttribute[]? SubAttributes { get; init; }

    [JsonIgnore]
    public bool IsComplex => Type == "complex";

    [JsonIgnore]
    public bool IsReadOnly => Mutability == "readOnly";

    [JsonIgnore]
    public bool IsNeverReturned => Returned == "never";

    public ScimAttribute? FindSub(string name) =>
        SubAttributes?.FirstOrDefault(sub => sub.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
