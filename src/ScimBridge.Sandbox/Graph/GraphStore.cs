using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>A directory object as the tenant keeps one; its id stands among its properties.</summary>
/// <param name="Kind">user, group, device, application or servicePrincipal.</param>
/// <param name="Id">Its object id.</param>
/// <param name="Properties">What it has been given.</param>
/// <param name="Created">Since when it is there.</param>
/// <param name="Change">The number of the last change to it, for delta queries.</param>
internal sealed record GraphRow(string Kind, string Id, JsonObject Properties, DateTimeOffset Created, long Change)
{
    /// <summary>When it was deleted; it can be restored for 30 days.</summary>
    public DateTimeOffset? Deleted { get; init; }

    public bool IsSynchronised => Properties["onPremisesSyncEnabled"] is JsonValue value && value.TryGetValue<bool>(out var on) && on;

    public string? Text(string property) => Properties[property] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}

/// <summary>What one tenant holds. Everything here is done under the lock of the state.</summary>
internal sealed class GraphStore
{
    public Dictionary<string, GraphRow> Objects { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    public Dictionary<string, GraphRow> Deleted { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Objects of a relationship: members, owners, sponsors.</summary>
    public HashSet<(string Relationship, string From, string To)> Links { get; private init; } = [];

    /// <summary>Whose manager is who.</summary>
    public Dictionary<string, string> Managers { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What users hold beside their accounts.</summary>
    public List<GraphHeldRow> Held { get; private init; } = [];

    /// <summary>How users signed in, oldest first.</summary>
    public List<GraphSignInRow> SignIns { get; private init; } = [];

    /// <summary>Client secrets of applications, removed ones too.</summary>
    public List<GraphSecretRow> Secrets { get; private init; } = [];

    /// <summary>What replicas do not show yet, and for how many calls more.</summary>
    public Dictionary<string, int> Hidden { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What advanced queries still show: an object as it was, or null where it was not there, and how many more see it so.</summary>
    public Dictionary<string, (GraphRow? Row, int Left)> Behind { get; private init; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What was uploaded for a provisioning job, and is worked off in its next cycle.</summary>
    public List<(string Job, JsonObject User)> Staged { get; private init; } = [];

    /// <summary>What came of bulk uploads.</summary>
    public List<JsonObject> ProvisioningLog { get; private init; } = [];

    /// <summary>Number of changes so far.</summary>
    public long Changes { get; set; }

    public IEnumerable<GraphRow> Of(string kind) => Objects.Values.Where(o => o.Kind == kind);

    public bool IsLinked(string relationship, string from, string to) => Links.Contains((relationship, from, to));

    /// <summary>Another one with the same contents: rows themselves are never altered.</summary>
    public GraphStore Copy() => new()
    {
        Objects = new(Objects, StringComparer.OrdinalIgnoreCase),
        Deleted = new(Deleted, StringComparer.OrdinalIgnoreCase),
        Links = [.. Links],
        Managers = new(Managers, StringComparer.OrdinalIgnoreCase),
        Held = [.. Held],
        SignIns = [.. SignIns],
        Secrets = [.. Secrets],
        Hidden = new(Hidden, StringComparer.OrdinalIgnoreCase),
        Behind = new(Behind, StringComparer.OrdinalIgnoreCase),
        Staged = [.. Staged],
        ProvisioningLog = [.. ProvisioningLog],
        Changes = Changes,
    };
}
