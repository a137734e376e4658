using System.Collections.Frozen;

namespace ScimBridge.Provisioning.Signals;

/// <summary>The URIs of the events, as security event tokens carry them (RFC 8417, 2.2).</summary>
public static class SignalEvents
{
    private const string Risc = "https://schemas.openid.net/secevent/risc/event-type/";
    private const string Caep = "https://schemas.openid.net/secevent/caep/event-type/";
    private const string Ssf = "https://schemas.openid.net/secevent/ssf/event-type/";
    private const string Scim = "urn:ietf:params:scim:event:prov:";

    private static readonly FrozenDictionary<SignalType, string> Uris = new Dictionary<SignalType, string>
    {
        [SignalType.AccountDisabled] = Risc + "account-disabled",
        [SignalType.AccountEnabled] = Risc + "account-enabled",
        [SignalType.AccountPurged] = Risc + "account-purged",
        [SignalType.IdentifierChanged] = Risc + "identifier-changed",
        [SignalType.SessionRevoked] = Caep + "session-revoked",
        [SignalType.TokenClaimsChange] = Caep + "token-claims-change",
        [SignalType.CredentialChange] = Caep + "credential-change",
        // Notices: which attributes, not what is in them. Whoever may read them reads them at the bridge.
        [SignalType.ResourceCreated] = Scim + "create:notice",
        [SignalType.ResourceChanged] = Scim + "patch:notice",
        [SignalType.ResourceDeleted] = Scim + "delete",
        [SignalType.ResourceActivated] = Scim + "activate",
        [SignalType.ResourceDeactivated] = Scim + "deactivate",
        [SignalType.Verification] = Ssf + "verification",
        [SignalType.StreamUpdated] = Ssf + "stream-updated",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, SignalType> Types = Uris.ToFrozenDictionary(u => u.Value, u => u.Key, StringComparer.Ordinal);

    /// <summary>The events that a receiver can ask for, in the order of <see cref="SignalType"/>. Those of the stream itself come unasked.</summary>
    public static IReadOnlyList<SignalType> Supported { get; } = [.. Enum.GetValues<SignalType>().Where(t => !IsOfStream(t))];

    /// <summary>The URI of an event.</summary>
    public static string UriOf(SignalType type) => Uris[type];

    /// <summary>The event with this URI, or null.</summary>
    public static SignalType? Find(string uri) => Types.TryGetValue(uri, out var type) ? type : null;

    /// <summary>Whether the event is about the stream, and not about a resource.</summary>
    public static bool IsOfStream(SignalType type) => type is SignalType.Verification or SignalType.StreamUpdated;

    /// <summary>Whether the event is one of RFC 9967, whose subject has a form of its own.</summary>
    public static bool IsOfScim(SignalType type) => type is >= SignalType.ResourceCreated and <= SignalType.ResourceDeactivated;

    /// <summary>Whether the event is one of CAEP 1.0.</summary>
    internal static bool IsOfCaep(SignalType type) => type is SignalType.SessionRevoked or SignalType.TokenClaimsChange or SignalType.CredentialChange;
}
