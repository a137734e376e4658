using System.ComponentModel;

namespace ScimBridge.Server.Hosting;

/// <summary>Whose credentials the bridge takes beside its own opaque tokens.</summary>
public sealed class AccessOptions
{
    /// <summary>The issuers of JSON Web Tokens (RFC 7519), by a name of one's own.</summary>
    [Description("The issuers whose JSON Web Tokens are taken as bearer tokens, by a name of your own.")]
    public Dictionary<string, IssuerOptions> Issuers { get; set; } = [];
}

/// <summary>An issuer of JSON Web Tokens, such as an authorization server of the organisation.</summary>
public sealed class IssuerOptions
{
    /// <summary>What its tokens say as <c>iss</c> (RFC 7519, 4.1.1), to the letter.</summary>
    [Description("What its tokens say as \"iss\", to the letter.")]
    public string? Issuer { get; set; }

    /// <summary>What its tokens for this bridge say as <c>aud</c> (RFC 7519, 4.1.3).</summary>
    [Description("What its tokens for this bridge say as \"aud\"; one of these.")]
    public List<string> Audiences { get; set; } = [];

    /// <summary>Where its discovery document is (OpenID Connect Discovery 1.0, 4; RFC 8414).</summary>
    [Description("Where its discovery document is; the issuer with /.well-known/openid-configuration unless given.")]
    public string? Discovery { get; set; }

    /// <summary>Where its keys are (RFC 7517, 5), for an issuer without a discovery document.</summary>
    [Description("Where its key set (JWKS) is, for an issuer without a discovery document.")]
    public string? Keys { get; set; }

    /// <summary>The SCIM profile of its clients that are not listed.</summary>
    [Description("The SCIM profile of its clients that are not listed: strict, entra, okta or lenient.")]
    public string Profile { get; set; } = "strict";

    /// <summary>Its clients, by the id that their tokens carry.</summary>
    [Description("Its clients, by the id that their tokens carry as azp, appid, client_id, cid or, where there is none of these, sub.")]
    public Dictionary<string, IssuerClientOptions> Clients { get; set; } = [];
}

/// <summary>A client that gets its tokens from an issuer.</summary>
public sealed class IssuerClientOptions
{
    /// <summary>The client as the journal and the origin of resources name it.</summary>
    [Description("The client's name, in the journal and as the origin of what it creates; one that its opaque tokens have too makes it the same client.")]
    public string? Name { get; set; }

    /// <summary>Its SCIM profile.</summary>
    [Description("The client's SCIM profile: strict, entra, okta or lenient.")]
    public string Profile { get; set; } = "strict";
}
