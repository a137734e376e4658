using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>Who may call: an API token, or an access token of a service app, bound to a key or not (RFC 9449).</summary>
internal sealed class OktaAccess(OktaState state, OktaOptions options, TimeProvider clock)
{
    private const int TokenSeconds = 3600;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _jtis = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Token> _tokens = new(StringComparer.Ordinal);
    private readonly string _nonce = Guid.NewGuid().ToString("N");

    public void Revoke()
    {
        lock (_gate)
            _tokens.Clear();
    }

    /// <summary>What keeps a call from being made; null where it may be.</summary>
    public OktaReply? Refusal(OktaRequest request, string authorization, string? proof)
    {
        if (authorization == $"SSWS {options.ApiToken}" || state.Do(store => OktaSignedIn.Holder(store, authorization, state.Now)) is not null)
        {
            // By Okta's description of its interface this one call takes no API token.
            return request.Method == "PUT" && request.Segments.Contains("linkedObjects")
                ? OktaReply.Error(403, "E0000006", "You do not have permission to perform the requested action")
                : null;
        }

        var space = authorization.IndexOf(' ', StringComparison.Ordinal);
        Token? token;
        lock (_gate)
            token = space < 0 ? null : _tokens.GetValueOrDefault(authorization[(space + 1)..]);
        if (token is null || token.Ends <= clock.GetUtcNow() || (authorization[..space] == "DPoP") != (token.Thumbprint is not null))
            return OktaReply.Error(401, "E0000011", "Invalid token provided");
        if (token.Thumbprint is { } thumbprint)
        {
            var fault = FaultOf(proof, request.Method, request.Address, token.Text, out var key, out _);
            if (fault is not null || key != thumbprint)
                return Challenge(fault ?? "The DPoP proof is signed with another key.");
        }

        var needed = $"okta.{Resource(request.Segments)}.{(request.Method == "GET" ? "read" : "manage")}";
        if (token.Scopes.Contains(needed))
            return null;
        return OktaReply.Error(403, "E0000006", "You do not have permission to perform the requested action") with
        {
            Headers = [("WWW-Authenticate", $"Bearer error=\"insufficient_scope\", error_description=\"The access token provided does not contain the required scopes.\", scope=\"{needed}\"")],
        };
    }

    /// <summary>The token endpoint.</summary>
    public OktaReply HandOut(OktaRequest request, IFormCollection? form, string? proof)
    {
        if (form is null || form["grant_type"] != "client_credentials")
            return Refused(400, "unsupported_grant_type");
        if (form["client_assertion_type"] != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" || AppOf(form["client_assertion"].ToString(), request.Address) is not { } app)
            return Refused(401, "invalid_client");
        string? thumbprint = null;
        if (proof is not null)
        {
            if (FaultOf(proof, request.Method, request.Address, token: null, out thumbprint, out var nonce) is not null)
                return Refused(400, "invalid_dpop_proof");
            if (nonce != _nonce)
                return Refused(400, "use_dpop_nonce") with { Headers = [("dpop-nonce", _nonce)] };
        }
        else if (app.DemandsDpop)
        {
            return Refused(400, "invalid_dpop_proof");
        }

        var scopes = form["scope"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Length == 0 || scopes.Except(app.Scopes).Any())
            return Refused(400, "invalid_scope");
        var token = new Token(Guid.NewGuid().ToString("N"), [.. scopes], thumbprint, clock.GetUtcNow().AddSeconds(TokenSeconds));
        lock (_gate)
            _tokens.Add(token.Text, token);
        return OktaReply.Of(new JsonObject
        {
            ["token_type"] = thumbprint is null ? "Bearer" : "DPoP",
            ["expires_in"] = TokenSeconds,
            ["access_token"] = token.Text,
            ["scope"] = string.Join(' ', scopes),
        });
    }

    /// <summary>What a scope is about: <see href="https://developer.okta.com/docs/api/oauth2/"/></summary>
    private static string Resource(string[] segments) => segments switch
    {
        [_, _, "users", _, "roles", ..] => "roles",
        [_, _, "api-tokens", ..] => "apiTokens",
        _ => segments[2],
    };

    private static OktaReply Refused(int status, string error) => OktaReply.Of(new JsonObject
    {
        ["error"] = error,
        ["error_description"] = "The request is refused.",
    }) with { Status = status };

    private static OktaReply Challenge(string fault) => new OktaReply(
        400, new JsonObject { ["error"] = "invalid_dpop_proof", ["error_description"] = fault }.ToJsonString())
    {
        Headers = [("WWW-Authenticate", "DPoP error=\"invalid_dpop_proof\"")],
    };

    /// <summary>The app whose assertion this is (RFC 7523); its jti counts once.</summary>
    private OktaApp? AppOf(string assertion, string address)
    {
        if (SignedToken.Read(assertion) is not { } jwt || options.Apps.FirstOrDefault(a => a.ClientId == jwt.Text("iss")) is not { } app)
            return null;
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return OktaKeys.HaveSigned(jwt, app.PublicKeyPem) && jwt.Text("sub") == app.ClientId && jwt.Text("aud") == address
            && jwt.Number("exp") > now && jwt.Number("exp") <= now + 3600 && IsNew(jwt.Text("jti"))
            ? app
            : null;
    }

    private string? FaultOf(string? proof, string method, string address, string? token, out string? thumbprint, out string? nonce)
    {
        (thumbprint, nonce) = (null, null);
        if (proof is null || SignedToken.Read(proof) is not { } jwt || jwt.Header["jwk"] is not JsonObject jwk || (string?)jwt.Header["typ"] != "dpop+jwt")
            return "The DPoP proof is no proof.";
        if (jwk.ContainsKey("d") || !OktaKeys.HaveSigned(jwt, jwk))
            return "The DPoP proof is not signed with its key.";
        if (jwt.Text("htm") != method || jwt.Text("htu") != address || Math.Abs(jwt.Number("iat") - clock.GetUtcNow().ToUnixTimeSeconds()) > 300)
            return "The DPoP proof is for another call.";
        if (token is not null && jwt.Text("ath") != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))))
            return "The DPoP proof is for another token.";
        if (!IsNew(jwt.Text("jti")))
            return "The DPoP proof was used before.";
        thumbprint = OktaKeys.Thumbprint(jwk);
        nonce = jwt.Text("nonce");
        return null;
    }

    private bool IsNew(string? jti)
    {
        lock (_gate)
            return jti is not null && _jtis.Add(jti);
    }

    private sealed record Token(string Text, IReadOnlyList<string> Scopes, string? Thumbprint, DateTimeOffset Ends);
}
