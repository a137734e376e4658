namespace ScimBridge.Scim.Schemas;

/// <summary>What a server supports, as it declares in <c>/ServiceProviderConfig</c> (RFC 7643 5, RFC 9865 4). What is said here is true.</summary>
public sealed record ServiceProviderSettings
{
    public string? DocumentationUri { get; init; }

    public bool Patch { get; init; } = true;

    public bool Bulk { get; init; } = true;

    public int BulkMaxOperations { get; init; } = 1000;

    public int BulkMaxPayloadSize { get; init; } = 10_485_760;

    public bool Filter { get; init; } = true;

    public bool ChangePassword { get; init; }

    public bool Sort { get; init; } = true;

    public bool ETag { get; init; } = true;

    public bool CursorPagination { get; init; } = true;

    public int DefaultPageSize { get; init; } = 100;

    public int MaxPageSize { get; init; } = 1000;

    /// <summary>The seconds for which a cursor stays valid; null when it does not expire.</summary>
    public int? CursorTimeout { get; init; }

    /// <summary>The events of which the server sends security event tokens (RFC 9967, 4); none where it sends none.</summary>
    public IReadOnlyList<string> SecurityEventUris { get; init; } = [];

    public IReadOnlyList<AuthenticationScheme> AuthenticationSchemes { get; init; } =
    [
        new("oauthbearertoken", "OAuth Bearer Token", "A bearer token in the Authorization header.")
        {
            SpecUri = "https://www.rfc-editor.org/info/rfc6750",
            Primary = true,
        },
    ];
}
