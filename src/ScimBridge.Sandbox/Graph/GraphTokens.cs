using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// The tenant's token endpoint, and who holds which token: apps that prove who they are, and people who have signed in.
/// <see href="https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow"/>
/// </summary>
internal sealed class GraphTokens(GraphState state, GraphOptions options, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Token> _access = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    public void Clear()
    {
        lock (_gate)
        {
            _access.Clear();
            _sessions.Clear();
        }
    }

    public void RevokeApps()
    {
        lock (_gate)
        {
            foreach (var (text, _) in _access.Where(t => t.Value.App is not null).ToList())
                _access.Remove(text);
        }
    }

    /// <summary>What a bearer token is good for; null where it is good for nothing.</summary>
    public (GraphApp? App, string? UserId, DateTimeOffset Issued)? Bearer(string authorization)
    {
        if (!authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            return null;
        lock (_gate)
        {
            return _access.GetValueOrDefault(authorization["Bearer ".Length..].Trim()) is { } token && token.Ends > clock.GetUtcNow()
                ? (token.App, token.UserId, token.Issued)
                : null;
        }
    }

    /// <summary>A person has signed in; the refresh token of the session.</summary>
    public string Begin(string userId)
    {
        var text = "0.AX0A" + Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        lock (_gate)
            _sessions.Add(text, new Session(userId, clock.GetUtcNow()));
        return text;
    }

    /// <summary>The token endpoint.</summary>
    public GraphReply HandOut(IFormCollection? form, string endpoint)
    {
        switch (form?["grant_type"].ToString())
        {
            case "client_credentials":
                var app = options.Apps.FirstOrDefault(a => a.ClientId.Equals(form["client_id"].ToString(), StringComparison.OrdinalIgnoreCase));
                if (app is null)
                    return OfTenant(form["client_id"].ToString(), form["client_secret"].ToString());
                if (Fault(app, form, endpoint) is { } fault)
                    return fault;
                if (!form["scope"].ToString().EndsWith("/.default", StringComparison.Ordinal))
                    return Refused(400, "invalid_scope", 1002012, "The provided value for scope is not valid: it must end in /.default.");
                return Granted(new Token(app, null, clock.GetUtcNow(), Ends), refreshToken: null);
            case "refresh_token":
                return Refresh(form["refresh_token"].ToString());
            default:
                return Refused(400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
        }
    }

    private DateTimeOffset Ends => clock.GetUtcNow().AddSeconds(state.Settings.TokenSeconds);

    /// <summary>An application that the tenant holds as an object: it may call nothing here, and proves itself with a secret that it was given.</summary>
    private GraphReply OfTenant(string clientId, string secret) => state.UseSecret(clientId, secret) switch
    {
        (false, _, _) => Refused(400, "unauthorized_client", 700016, "Application with the identifier was not found in the directory."),
        (_, false, _) => Refused(400, "unauthorized_client", 7000112, "Application is disabled."),
        (_, _, false) => Refused(401, "invalid_client", 7000215, "Invalid client secret provided."),
        _ => Granted(new Token(new GraphApp(clientId, []), null, clock.GetUtcNow(), Ends), refreshToken: null),
    };

    private GraphReply? Fault(GraphApp app, IFormCollection form, string endpoint)
    {
        if (form["client_assertion"].ToString() is not { Length: > 0 } text)
        {
            return app.Secret is not null && form["client_secret"] == app.Secret
                ? null
                : Refused(401, "invalid_client", 7000215, "Invalid client secret provided.");
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" && SignedToken.Read(text) is { } token
            && new GraphAssertion(token) is var assertion
            && (assertion.IsOf(app, endpoint, now) || (app.Federation is { } federation && assertion.IsOf(federation, now)))
            ? null
            : Refused(401, "invalid_client", 700027, "The certificate with identifier used to sign the client assertion is not registered on application.");
    }

    private GraphReply Refresh(string text)
    {
        Session? session;
        lock (_gate)
            session = _sessions.GetValueOrDefault(text);
        if (session is null)
            return Refused(400, "invalid_grant", 9002313, "Invalid request. Request is malformed or invalid.");
        (int Code, string Text)? refusal = state.CanSignIn(session.UserId, session.Began) switch
        {
            null => (500341, "The user account has been deleted from the directory."),
            (false, _) => (50057, "The user account is disabled."),
            (_, false) => (50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed."),
            _ => null,
        };
        state.People.Log(session.UserId, isInteractive: false, refusal?.Code ?? 0);
        return refusal is var (code, description)
            ? Refused(400, "invalid_grant", code, description)
            : Granted(new Token(null, session.UserId, clock.GetUtcNow(), Ends), text);
    }

    private GraphReply Granted(Token token, string? refreshToken)
    {
        var text = "eyJ0." + Convert.ToHexString(RandomNumberGenerator.GetBytes(24));
        lock (_gate)
            _access.Add(text, token);
        var answer = new JsonObject
        {
            ["token_type"] = "Bearer",
            ["expires_in"] = state.Settings.TokenSeconds,
            ["ext_expires_in"] = state.Settings.TokenSeconds,
            ["access_token"] = text,
        };
        if (refreshToken is not null)
            answer["refresh_token"] = refreshToken;
        return GraphReply.Of(answer);
    }

    private GraphReply Refused(int status, string error, int code, string description) => new(status, new JsonObject
    {
        ["error"] = error,
        ["error_description"] = $"AADSTS{code.ToString(CultureInfo.InvariantCulture)}: {description} Trace ID: {Guid.NewGuid()} Timestamp: {clock.GetUtcNow():u}",
        ["error_codes"] = new JsonArray(code),
        ["timestamp"] = clock.GetUtcNow().ToString("u", CultureInfo.InvariantCulture),
        ["trace_id"] = Guid.NewGuid().ToString(),
        ["correlation_id"] = Guid.NewGuid().ToString(),
        ["error_uri"] = $"https://login.microsoftonline.com/error?code={code.ToString(CultureInfo.InvariantCulture)}",
    });

    private sealed record Token(GraphApp? App, string? UserId, DateTimeOffset Issued, DateTimeOffset Ends);

    private sealed record Session(string UserId, DateTimeOffset Began);
}
