using System.ComponentModel;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using ScimBridge.Provisioning.Authority;

namespace ScimBridge.Server.Hosting;

/// <summary>The whole of <c>bridge.json</c>. Relative paths start at the folder that the file lies in.</summary>
[Description("The configuration of a ScimBridge.")]
public sealed class BridgeOptions
{
    /// <summary>For editors only.</summary>
    [JsonPropertyName("$schema")]
    [Description("Where the JSON Schema of this file is, so that an editor completes it.")]
    public string? Schema { get; set; }

    /// <summary>How the bridge is reached.</summary>
    [Description("How the bridge is reached.")]
    public ServerOptions Server { get; set; } = new();

    /// <summary>Where the bridge keeps its data.</summary>
    [Description("Where the bridge keeps its data.")]
    public StorageOptions Storage { get; set; } = new();

    /// <summary>What the organisation does about joiners, movers, leaves and leavers.</summary>
    [Description("What the organisation does about joiners, movers, leaves and leavers. Left out: prepared 7 days ahead, privileges suspended on leave, accounts of leavers never deleted.")]
    public LifecycleOptions Lifecycle { get; set; } = new();

    /// <summary>What the end of access demands.</summary>
    [Description("What the end of access demands, and who may have it at once. Left out: verified within 5 minutes, looked at again for 30 days.")]
    public RevocationOptions Revocation { get; set; } = new();

    /// <summary>How workers become users.</summary>
    [Description("How workers become users.")]
    public MappingOptions Mapping { get; set; } = new();

    /// <summary>The rules of who is in which group, by key.</summary>
    [Description("The rules of who is in which group, by key. Left out: a group for each department.")]
    public Dictionary<string, GroupOptions>? Groups { get; set; }

    /// <summary>The rules of who has which role, by key.</summary>
    [Description("The rules of who has which role (the attribute roles of a user), by key. Left out: roles belong to whoever writes them.")]
    public Dictionary<string, GrantOptions>? Roles { get; set; }

    /// <summary>The rules of who has which entitlement, by key.</summary>
    [Description("The rules of who has which entitlement, likewise.")]
    public Dictionary<string, GrantOptions>? Entitlements { get; set; }

    /// <summary>From how many people a change of the rules of groups may take.</summary>
    [Description("From how many people a change of rules may take memberships, roles or entitlements without being held.")]
    public ChangeSafetyOptions GroupSafety { get; set; } = new();

    /// <summary>How many people a change of the lifecycle may hit.</summary>
    [Description("How many people a change of lifecycle may disable, suspend, delete sooner, or let in again, without being held.")]
    public ChangeSafetyOptions LifecycleSafety { get; set; } = new();

    /// <summary>What clients of the SCIM service may do, and what it serves.</summary>
    [Description("What clients of the SCIM service may do, and what it serves.")]
    public ScimOptions Scim { get; set; } = new();

    /// <summary>Whose credentials are taken.</summary>
    [Description("Whose credentials are taken, beside the opaque tokens that the bridge itself makes.")]
    public AccessOptions Access { get; set; } = new();

    /// <summary>Who is told of what happens, by name.</summary>
    [Description("Who is told of what happens to workers by a signed webhook, by name.")]
    public Dictionary<string, NotificationOptions> Notifications { get; set; } = [];

    /// <summary>What the bridge signs with.</summary>
    [Description("The keys that the bridge signs with. Left out: keys that it makes itself and keeps in the database.")]
    public SigningOptions Signing { get; set; } = new();

    /// <summary>How the journal is anchored and kept.</summary>
    [Description("How the journal is anchored and kept, and where evidence packs lie. Left out: anchored hourly, kept for ever.")]
    public JournalOptions Journal { get; set; } = new();

    /// <summary>Who is told of what happens to accounts by security event tokens.</summary>
    [Description("Shared Signals: who is told of what happens to accounts by signed security event tokens. Left out: nobody.")]
    public SignalsOptions? Signals { get; set; }

    /// <summary>Service accounts, and who answers for them.</summary>
    [Description("Service accounts: who answers for them, and what becomes of them when these people move, leave or are away. {} takes what is usual. Left out: there are no service accounts.")]
    public SponsorshipOptions? Sponsorship { get; set; }

    /// <summary>How credentials of service accounts are exchanged.</summary>
    [Description("How credentials of service accounts are exchanged at their targets, and how often targets are gone through for accounts that nobody knows.")]
    public RotationOptions Rotation { get; set; } = new();

    /// <summary>The folder of golden samples.</summary>
    [Description("The folder of golden samples that check runs. Left out: samples, where there is such a folder.")]
    public string? Samples { get; set; }

    /// <summary>The HR systems, by name.</summary>
    [Description("The HR systems that workers come from, by name.")]
    public Dictionary<string, JsonObject> Sources { get; set; } = [];

    /// <summary>The identity systems, by name.</summary>
    [Description("The identity systems that accounts are delivered to, by name.")]
    public Dictionary<string, JsonObject> Targets { get; set; } = [];

    /// <summary>The same options in an object of their own.</summary>
    internal BridgeOptions Copy() => (BridgeOptions)MemberwiseClone();
}

/// <summary>How the bridge is reached.</summary>
public sealed class ServerOptions
{
    /// <summary>The address to listen on.</summary>
    [Description("The address to listen on, e.g. http://127.0.0.1:5080. Port 0 takes any free port.")]
    public string Url { get; set; } = "http://127.0.0.1:5080";

    /// <summary>The address that clients use, where a proxy stands between.</summary>
    [Description("The address that clients use, where a proxy stands between; it is what SCIM locations begin with.")]
    public string? PublicUrl { get; set; }
}

/// <summary>The databases.</summary>
public enum StorageKind
{
    /// <summary>An embedded database in one file.</summary>
    Sqlite = 0,

    /// <summary>A PostgreSQL server.</summary>
    Postgres = 1,
}

/// <summary>Where the bridge keeps its data.</summary>
public sealed class StorageOptions
{
    /// <summary>Which database.</summary>
    [Description("sqlite: embedded, for one node. postgres: a PostgreSQL 15 or later, for one node or several.")]
    public StorageKind Kind { get; set; } = StorageKind.Sqlite;

    /// <summary>SQLite's file.</summary>
    [Description("sqlite: the database file. It is created where it is missing.")]
    public string Path { get; set; } = "data/bridge.db";

    /// <summary>PostgreSQL's connection string.</summary>
    [Description("postgres: the connection string (Npgsql), e.g. Host=db;Database=scimbridge;Username=bridge;Password=...")]
    public string? Connection { get; set; }

    /// <summary>Where batches that were handed in over HTTP lie until they are read.</summary>
    [Description("Where batches that were handed in over HTTP lie until they are read. Nodes that share a database share this folder.")]
    public string Spool { get; set; } = "data/spool";
}

/// <summary>What clients of the SCIM service may do, and what it serves.</summary>
public sealed class ScimOptions
{
    /// <summary>Whether a POST for an inactive user brings that user back.</summary>
    [Description("Whether a POST with the userName or externalId of an inactive user, whom the same client created, brings that user back with the same id.")]
    public bool RestoreInPlace { get; set; } = true;

    /// <summary>What clients may master of the users that HR brings in.</summary>
    [Description("The attributes, among those that HR masters, that clients may write back to users whom HR brought in. HR leaves alone what a client has written.")]
    public List<string> ClientMasters { get; set; } = ["userName", "emails", "phoneNumbers"];

    /// <summary>What becomes of a write to what HR masters.</summary>
    [Description("What becomes of a client's write to what HR masters. ignore: it is passed over and noted in the journal. refuse: the request is refused.")]
    public OnMastered OnMastered { get; set; } = OnMastered.Ignore;

    /// <summary>Files of further schemas.</summary>
    [Description("Files of further schemas, in the form of RFC 7643, 8.7. One with the id of a schema of the product takes its place.")]
    public List<string> Schemas { get; set; } = [];

    /// <summary>Files of further resource types.</summary>
    [Description("Files of further resource types, in the form of RFC 7643, 6. One with the name of a type of the product takes its place.")]
    public List<string> ResourceTypes { get; set; } = [];
}
