namespace ScimBridge.Connectors.Sources.Mapping;

/// <summary>What a kind of source takes for granted about its records; what the configuration says is laid over it, entry by entry.</summary>
internal sealed record DeclarationDefaults
{
    /// <summary>Nothing: the configuration says it all, or the records are canonical.</summary>
    public static DeclarationDefaults None { get; } = new();

    /// <summary>Canonical field -> where it stands.</summary>
    public Dictionary<string, string> Columns { get; init; } = [];

    /// <summary>Canonical field -> its value in every record.</summary>
    public Dictionary<string, string> Constants { get; init; } = [];

    /// <summary>Canonical field -> the text that the system writes where it has nothing to say.</summary>
    public Dictionary<string, string> Empties { get; init; } = [];

    /// <summary>What the words mean.</summary>
    public DeclaredWords Words { get; init; } = new();
}
