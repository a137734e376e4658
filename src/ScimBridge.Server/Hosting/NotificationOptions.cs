using System.ComponentModel;
using ScimBridge.Connectors;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Server.Hosting;

/// <summary>A receiver of signed webhooks about workers.</summary>
public sealed class NotificationOptions
{
    /// <summary>Where to post to.</summary>
    [Description("Where to post to; https, or http where private addresses are allowed.")]
    public string Url { get; set; } = "";

    /// <summary>The keys of the signature.</summary>
    [Description("The keys of the signature; several while one takes the place of another.")]
    public List<SecretReference> Keys { get; set; } = [];

    /// <summary>What is told.</summary>
    [Description("What is told: worker.prepared (an account is there for somebody who will start; with the user name, and who the manager is), the lifecycle events: worker.hired and so on, and of the end of access: worker.revocationVerified, worker.revocationLate, worker.accessReopened; of service accounts: serviceAccount.successionAsked (with the link to answer by) and so on; and journal.anchored: the head of the journal was signed, with the signature.")]
    public List<string> Events { get; set; } = [];

    /// <summary>How long an answer may take.</summary>
    [Description("Seconds that an answer may take.")]
    public int TimeoutSeconds { get; set; } = 10;

    /// <summary>Whether private addresses may be called.</summary>
    [Description("Whether private and loopback addresses, and plain http, are allowed.")]
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Every event that can be told.</summary>
    internal static IReadOnlyList<string> Known { get; } =
        [Welcome.EventName, JournalAnchor.EventName, .. RevocationNotice.All, .. AccountNotice.All, .. Enum.GetValues<LifecycleEventType>().Select(LifecycleEvent.NameOf)];

    /// <summary>Everything that is wrong with them.</summary>
    internal IEnumerable<ConfigurationFault> Faults()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var url) || (url.Scheme != "https" && !(url.Scheme == "http" && AllowPrivateAddresses)))
            yield return new(".url", "must be an https address; http needs allowPrivateAddresses.");
        else if (url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            yield return new(".url", "must have no credentials and no fragment.");
        if (Keys.Count == 0)
            yield return new(".keys", "needs a key.");
        for (var i = 0; i < Keys.Count; i++)
        {
            foreach (var fault in Keys[i].Faults($".keys[{i}]"))
                yield return fault;
        }

        if (Events.Count == 0)
            yield return new(".events", "needs an event.");
        for (var i = 0; i < Events.Count; i++)
        {
            if (!Known.Contains(Events[i]))
                yield return new($".events[{i}]", $"must be one of {string.Join(", ", Known)}.");
        }

        if (TimeoutSeconds is < 1 or > 60)
            yield return new(".timeoutSeconds", "must be from 1 to 60.");
    }
}
