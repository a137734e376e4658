using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>One worker on the way through the decision.</summary>
internal sealed record WorkerCase(DueWorker Due, Worker Worker, Intent Intent, JsonObject? Body)
{
    private static readonly string[] RenamedBy = ["givenName", "familyName", "legalGivenName", "legalFamilyName"];

    public string? ManagerId { get; init; }

    public bool AwaitsManager { get; init; }

    public bool IsWelcome { get; init; }

    public required IReadOnlyCollection<string> ClientMastered { get; init; }

    public string? UserName { get; set; }

    /// <summary>The user as it is about to be; null before it was made.</summary>
    public JsonObject? Mapped { get; set; }

    /// <summary>When the worker has a role or an entitlement no longer; null for never.</summary>
    public Instant? GrantsEnd { get; set; }

    public MappingException? Failure { get; set; }

    // HR says what the user name is, and it is another than before.
    public bool IsClaim => UserName is not null
        && (Body?["userName"]?.GetValue<string>() is not { } before || NameFolding.Key(before) != NameFolding.Key(UserName));

    // A record since the last decision speaks of another name.
    public bool IsRenamed => Body is not null && Events.Any(
        e => RenamedBy.Any(name => e.Changed.Contains($"\"{name}\"", StringComparison.Ordinal)));

    public required IReadOnlyList<StoredEvent> Events { get; init; }

    public WorkerPlace Place => Due.Place with
    {
        Department = Worker.Facts.Department, Country = Worker.Facts.Country, ManagerId = Worker.Facts.ManagerId,
    };

    public bool IsElsewhere => Place != Due.Place;

    /// <summary>When to decide again with no new record: the worker becomes another, or policy has waited long enough.</summary>
    public Instant? NextChange =>
        Worker.NextChange is { } worker && Intent.NextChange is { } policy ? Instant.Min(worker, policy) : Worker.NextChange ?? Intent.NextChange;

    public long LastSeq => Due.Assertions.Count == 0 ? 0 : Due.Assertions.Max(a => a.Seq);
}
