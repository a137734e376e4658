using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Signals;

/// <summary>
/// The claims of a security event token (RFC 8417, as SSF 1.0, 4 profiles it): one event, no <c>sub</c>, no <c>exp</c>. The same signal gives the same
/// claims however often it is told, as long as its subject stays the same.
/// </summary>
public static class SecurityEvent
{
    /// <summary>
    /// The claims, or null where there is nothing to tell: the receiver knows accounts by an address, and this one has none, or what tokens would
    /// say of somebody who is no more.
    /// </summary>
    /// <param name="signal">What happened.</param>
    /// <param name="id">The id of the token (<c>jti</c>), by which the receiver knows a repetition.</param>
    /// <param name="issuer">The bridge.</param>
    /// <param name="audience">The receiver.</param>
    /// <param name="rule">How the receiver is told who is meant.</param>
    /// <param name="subject">Who it is; null where the signal is about the stream.</param>
    public static JsonObject? Claims(Signal signal, string id, string issuer, string audience, SubjectRule rule, SignalSubject? subject)
    {
        ArgumentNullException.ThrowIfNull(signal);
        ArgumentNullException.ThrowIfNull(rule);
        if (Identifier(signal, issuer, rule, subject) is not { } identifier || (signal.Type == SignalType.TokenClaimsChange && subject?.Body is null))
            return null;
        var inEvent = rule.Placement == SubjectPlacement.Event && !SignalEvents.IsOfStream(signal.Type) && !SignalEvents.IsOfScim(signal.Type);
        var payload = Payload(signal, subject, inEvent);
        var claims = new JsonObject
        {
            ["iss"] = issuer,
            ["jti"] = id,
            // When it was decided to tell it, not when it is told: a repetition is the same token.
            ["iat"] = signal.At.ToUnixTimeSeconds(),
            ["aud"] = audience,
        };
        if (!SignalEvents.IsOfStream(signal.Type))
            claims["txn"] = signal.Correlation;
        if (inEvent)
            payload.Insert(0, "subject", new JsonObject { ["user"] = identifier });
        else
            claims["sub_id"] = identifier;
        claims["events"] = new JsonObject { [SignalEvents.UriOf(signal.Type)] = payload };
        return claims;
    }

    private static JsonObject? Identifier(Signal signal, string issuer, SubjectRule rule, SignalSubject? subject)
    {
        if (subject is null)
            return Opaque(signal.ResourceId);
        if (SignalEvents.IsOfScim(signal.Type))
            return Scim(subject);
        // RISC 1.0, 2.5: the subject is the old value, whatever the receiver otherwise knows accounts by.
        if (signal.Type == SignalType.IdentifierChanged)
            return Email(signal.FormerAddress);
        return rule.Format switch
        {
            SubjectFormat.Email => Email(signal.FormerAddress ?? (subject.Body is { } body ? SignalSubject.AddressOf(body) : null)),
            SubjectFormat.Opaque => Opaque(subject.Id),
            SubjectFormat.Scim => Scim(subject),
            _ => new JsonObject { ["format"] = "iss_sub", ["iss"] = rule.Issuer ?? issuer, ["sub"] = subject.Id },
        };
    }

    private static JsonObject Opaque(string id) => new() { ["format"] = "opaque", ["id"] = id };

    private static JsonObject? Email(string? address) => address is null ? null : new JsonObject { ["format"] = "email", ["email"] = address };

    private static JsonObject Scim(SignalSubject subject)
    {
        var identifier = new JsonObject { ["format"] = "scim", ["uri"] = subject.Path };
        if (SignalSubject.Text(subject.Body?["externalId"]) is { } externalId)
            identifier["externalId"] = externalId;
        return identifier;
    }

    private static JsonObject Payload(Signal signal, SignalSubject? subject, bool isExplained)
    {
        var payload = new JsonObject();
        switch (signal.Type)
        {
            case SignalType.IdentifierChanged when subject?.Body is { } body && SignalSubject.AddressOf(body) is { } address:
                payload["new-value"] = address;
                break;
            case SignalType.TokenClaimsChange:
                payload["claims"] = TokenClaims.Of(subject!.Body!, signal.Attributes);
                break;
            case SignalType.CredentialChange when signal.Credential is { } credential:
                payload["credential_type"] = credential.CredentialType;
                payload["change_type"] = credential.ChangeType;
                break;
            case SignalType.ResourceCreated or SignalType.ResourceChanged:
                payload["attributes"] = new JsonArray([.. signal.Attributes.Select(a => (JsonNode)a)]);
                if (signal.Version is { } version)
                    payload["version"] = string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");
                break;
            case SignalType.Verification when signal.Notice?.State is { } state:
                payload["state"] = state;
                break;
            case SignalType.StreamUpdated when signal.Notice is { } notice:
                payload["status"] = notice.Status;
                if (notice.Reason is { } reason)
                    payload["reason"] = reason;
                break;
        }

        // Okta takes no event without an instant and a reason.
        if (isExplained || SignalEvents.IsOfCaep(signal.Type))
            Explain(signal, payload);
        return payload;
    }

    // CAEP 1.0, 2.
    private static void Explain(Signal signal, JsonObject payload)
    {
        payload["event_timestamp"] = signal.At.ToUnixTimeSeconds();
        payload["initiating_entity"] = signal.Initiator switch
        {
            SignalInitiator.Policy => "policy",
            SignalInitiator.Admin => "admin",
            _ => "system",
        };
        payload["reason_admin"] = new JsonObject
        {
            ["en"] = signal.Cause switch
            {
                SignalCause.End => "Access has ended.",
                SignalCause.Suspension => "Access is suspended.",
                SignalCause.Deletion => "The account is deleted.",
                _ => "The account has changed.",
            },
        };
    }
}
