using System.Text;

namespace ScimBridge.Conformance.Http;

/// <summary>Who a request says it is.</summary>
internal enum Credential
{
    /// <summary>The token of the command line.</summary>
    Own,

    /// <summary>No Authorization header at all.</summary>
    None,

    /// <summary>A token that no server can know.</summary>
    Forged,

    /// <summary>The token of another tenant, when one was given.</summary>
    Other,

    /// <summary>The token of another client, be it of another tenant, when one was given.</summary>
    Client,

    /// <summary>A token that may read only, when one was given.</summary>
    ReadOnly,
}

/// <summary>A request before it is sent. The path is relative to the base URL, or absolute.</summary>
internal sealed record Call(string Method, string Path)
{
    public const string Scim = "application/scim+json";

    public byte[]? Body { get; init; }

    /// <summary>Null sends a body without a Content-Type.</summary>
    public string? ContentType { get; init; } = Scim;

    /// <summary>Null sends no Accept header.</summary>
    public string? Accept { get; init; } = Scim;

    public Credential Credential { get; init; } = Credential.Own;

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Asks the server before the body is sent, so that a refusal of a huge one is heard and not drowned.</summary>
    public bool ExpectContinue { get; init; }

    public Call With(string header, string value) => this with { Headers = [.. Headers, new(header, value)] };

    public Call WithBody(string body) => this with { Body = Encoding.UTF8.GetBytes(body) };
}
