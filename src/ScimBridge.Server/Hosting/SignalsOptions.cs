using System.ComponentModel;
using ScimBridge.Connectors;
using ScimBridge.Connectors.Signals;
using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Server.Hosting;

/// <summary>Shared Signals (SSF 1.0): who is told of what happens to accounts by signed security event tokens.</summary>
public sealed class SignalsOptions
{
    /// <summary>What the tokens say as <c>iss</c>.</summary>
    [Description("What the tokens say as \"iss\", and where receivers find the bridge: an https address. Left out: server.publicUrl.")]
    public string? Issuer { get; set; }

    /// <summary>How receivers that make their own stream are told whom an event is about.</summary>
    [Description("How receivers that make their own stream are told whom an event is about. Left out: by iss_sub.")]
    public SubjectOptions Subject { get; set; } = new();

    /// <summary>What is said of clients that make their own stream, by name.</summary>
    [Description("What is said of clients that make their own stream, by the client's name.")]
    public Dictionary<string, SignalClientOptions> Clients { get; set; } = [];

    /// <summary>Streams for receivers that make none themselves, by name.</summary>
    [Description("Streams for receivers that make none themselves, such as Okta, by name.")]
    public Dictionary<string, SignalStreamOptions> Streams { get; set; } = [];

    /// <summary>What seals the credentials that receivers hand in.</summary>
    [Description("A secret of 32 characters or more, with which the Authorization headers that receivers hand in are sealed before they are stored. Without it such a header is refused.")]
    public SecretReference? SealKey { get; set; }

    /// <summary>Whether receivers may name private addresses.</summary>
    [Description("Whether receivers may name private and loopback addresses, and plain http, to be pushed to.")]
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>What the tokens of a configuration say as <c>iss</c>; null where there is nothing to say.</summary>
    internal static string? IssuerOf(BridgeOptions options) => options.Signals?.Issuer ?? options.Server.PublicUrl?.TrimEnd('/');

    /// <summary>Makes relative paths absolute.</summary>
    internal void Locate(Func<string, string> absolute)
    {
        foreach (var secret in Streams.Values.Select(s => s.Authorization).Append(SealKey))
        {
            if (secret?.File is { } file)
                secret.File = absolute(file);
        }
    }

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults(string? publicUrl)
    {
        if (Issuer is null && publicUrl is null)
            yield return new(".issuer", "is required, or $.server.publicUrl: what the tokens say as \"iss\".");
        else if (!IsIssuer(Issuer ?? publicUrl!))
            yield return new(".issuer", "must be an https address without query and fragment; http is for the loopback alone. It is server.publicUrl unless given.");
        foreach (var fault in Subject.Faults(".subject"))
            yield return fault;
        foreach (var (name, client) in Clients)
        {
            var path = StrictJson.Member(".clients", name);
            if (client.Audience is { } audience && string.IsNullOrWhiteSpace(audience))
                yield return new($"{path}.audience", "must not be empty.");
            foreach (var fault in client.Subject?.Faults($"{path}.subject") ?? [])
                yield return fault;
        }

        foreach (var (name, stream) in Streams)
        {
            var path = StrictJson.Member(".streams", name);
            if (!BridgeConfiguration.IsName(name))
                yield return new(path, BridgeConfiguration.Naming);
            foreach (var fault in stream.Faults())
                yield return fault with { Path = path + fault.Path };
        }

        foreach (var fault in SealKey?.Faults(".sealKey") ?? [])
            yield return fault;
        if (SealKey?.Read() is { Length: > 0 and < 32 })
            yield return new(".sealKey", "must have 32 characters or more.");
    }

    private static bool IsIssuer(string issuer) =>
        AccessFaults.IsSafe(issuer) && new Uri(issuer) is { Query.Length: 0, Fragment.Length: 0, UserInfo.Length: 0 };
}

/// <summary>How a receiver is told whom an event is about.</summary>
public sealed class SubjectOptions
{
    private static readonly Dictionary<string, SubjectFormat> Formats = new(StringComparer.Ordinal)
    {
        ["iss_sub"] = SubjectFormat.IssuerSubject,
        ["email"] = SubjectFormat.Email,
        ["opaque"] = SubjectFormat.Opaque,
        ["scim"] = SubjectFormat.Scim,
    };

    /// <summary>The form of the identifier.</summary>
    [Description("How the receiver knows accounts: iss_sub (who names it, and its id here), email, opaque (its id here) or scim (where it is in the SCIM service).")]
    public string Format { get; set; } = "iss_sub";

    /// <summary>Where the subject stands.</summary>
    [Description("Where the subject stands: subId, in sub_id beside the events (SSF 1.0), or event, as subject.user inside the event (Okta).")]
    public SubjectPlacement Placement { get; set; } = SubjectPlacement.SubId;

    /// <summary>Who names the accounts.</summary>
    [Description("iss_sub: what stands as iss; the issuer of the tokens unless given.")]
    public string? Issuer { get; set; }

    /// <summary>As the tokens are made by it.</summary>
    internal SubjectRule Rule() => new(Formats[Format], Placement, Issuer);

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults(string path)
    {
        if (!Formats.ContainsKey(Format))
            yield return new($"{path}.format", $"must be one of {string.Join(", ", Formats.Keys)}.");
        if (Issuer is not null && (Format != "iss_sub" || string.IsNullOrWhiteSpace(Issuer)))
            yield return new($"{path}.issuer", "is for iss_sub, and must not be empty.");
    }
}

/// <summary>A client that makes its own stream.</summary>
public sealed class SignalClientOptions
{
    /// <summary>What its tokens say as <c>aud</c>.</summary>
    [Description("What its tokens say as \"aud\". Left out: the client's name.")]
    public string? Audience { get; set; }

    /// <summary>How it is told whom an event is about.</summary>
    [Description("How it is told whom an event is about. Left out: signals.subject.")]
    public SubjectOptions? Subject { get; set; }
}

/// <summary>A stream that the configuration declares; it is pushed.</summary>
public sealed class SignalStreamOptions
{
    /// <summary>Where to push to.</summary>
    [Description("Where to push to; https, or http where private addresses are allowed.")]
    public string Endpoint { get; set; } = "";

    /// <summary>What its tokens say as <c>aud</c>.</summary>
    [Description("What its tokens say as \"aud\".")]
    public string Audience { get; set; } = "";

    /// <summary>What it is told.</summary>
    [Description("The URIs of the events that it is told, such as https://schemas.openid.net/secevent/caep/event-type/session-revoked.")]
    public List<string> Events { get; set; } = [];

    /// <summary>How it is told whom an event is about.</summary>
    [Description("How it is told whom an event is about.")]
    public SubjectOptions Subject { get; set; } = new();

    /// <summary>What is sent as <c>Authorization</c>.</summary>
    [Description("What is sent as Authorization, scheme and all, such as Bearer abc. Left out: nothing; the signature says who speaks.")]
    public SecretReference? Authorization { get; set; }

    /// <summary>How long an answer may take.</summary>
    [Description("Seconds that an answer may take.")]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Whether private addresses may be called.</summary>
    [Description("Whether private and loopback addresses, and plain http, are allowed.")]
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>What is wrong with an address to push to; null where nothing is.</summary>
    internal static string? FaultOfEndpoint(string endpoint, bool allowPrivateAddresses)
    {
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && allowPrivateAddresses)))
            return "must be an https address; http needs allowPrivateAddresses.";
        if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            return "must have no credentials and no fragment.";
        return !allowPrivateAddresses && PushClient.IsInside(url) ? "is a loopback, private or link-local address, which needs allowPrivateAddresses." : null;
    }

    /// <summary>Whether a text can be sent as the value of a header.</summary>
    internal static bool IsHeader(string text) => text.Length is > 0 and <= 4_096 && text.All(c => c is >= ' ' and <= '~') && text.Trim().Length == text.Length;

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (FaultOfEndpoint(Endpoint, AllowPrivateAddresses) is { } ofEndpoint)
            yield return new(".endpoint", ofEndpoint);
        if (string.IsNullOrWhiteSpace(Audience))
            yield return new(".audience", "is required: a token for one receiver must not be good at another.");
        if (Events.Count == 0)
            yield return new(".events", "needs an event.");
        for (var i = 0; i < Events.Count; i++)
        {
            if (SignalEvents.Find(Events[i]) is not { } type || SignalEvents.IsOfStream(type))
                yield return new($".events[{i}]", $"must be one of {string.Join(", ", SignalEvents.Supported.Select(SignalEvents.UriOf))}.");
            else if (SignalEvents.IsOfScim(type) && Subject.Placement == SubjectPlacement.Event)
                yield return new($".events[{i}]", "has its subject in sub_id always (RFC 9967, 2.1), and the placement says otherwise.");
        }

        foreach (var fault in Subject.Faults(".subject"))
            yield return fault;
        // A header may have a blank, which no other secret has.
        if (Authorization?.Faults(".authorization").FirstOrDefault(f => f.Path == ".authorization" || string.IsNullOrEmpty(Authorization.Read())) is { Path: not null } unread)
            yield return unread;
        else if (Authorization?.Read() is { } header && !IsHeader(header))
            yield return new(".authorization", "has characters that cannot stand in an HTTP header.");
        if (TimeoutSeconds is < 1 or > 60)
            yield return new(".timeoutSeconds", "must be from 1 to 60.");
    }
}
