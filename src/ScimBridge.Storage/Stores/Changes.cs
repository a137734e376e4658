using NodaTime;
using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Storage.Stores;

/// <summary>An indexed value of a resource, folded to the form in which it is compared.</summary>
public readonly record struct ResourceKey(string Path, string Value, bool Unique);

/// <summary>A resource that is created or gets a new body.</summary>
/// <param name="Id">The id.</param>
/// <param name="Type">Name of the resource type.</param>
/// <param name="ReadVersion">The version that the change was computed from; 0 creates.</param>
/// <param name="Body">The new body.</param>
/// <param name="Search">The new search document.</param>
/// <param name="KeysGone">Indexed values that the resource no longer has.</param>
/// <param name="KeysNew">Indexed values that the resource has now and had not before.</param>
/// <param name="Lane">How urgent the delivery is.</param>
/// <param name="Kind">The journal's word for what happened, e.g. <c>user.created</c>.</param>
/// <param name="Data">JSON for the journal: names, never values.</param>
public sealed record ResourceWrite(
    string Id,
    string Type,
    long ReadVersion,
    string Body,
    string Search,
    IReadOnlyCollection<ResourceKey> KeysGone,
    IReadOnlyCollection<ResourceKey> KeysNew,
    Lane Lane,
    string Kind,
    string Data)
{
    /// <summary>Who brought the resource in; set at its creation only.</summary>
    public string? Origin { get; init; }

    /// <summary>JSON for the journal that may hold personal data: what has changed, before and after.</summary>
    public string? Detail { get; init; }
}

/// <summary>
/// A ground of a membership that comes or goes. A membership has up to two, a rule and a hand, and lasts as long as it has one: neither takes
/// away what the other gave.
/// </summary>
/// <param name="GroupId">The group.</param>
/// <param name="MemberId">The member.</param>
/// <param name="Joins">Whether the ground comes; otherwise it goes.</param>
/// <param name="ByRule">Whether it is a rule; otherwise a hand.</param>
/// <param name="Lane">How urgent the delivery is.</param>
public readonly record struct MembershipWrite(string GroupId, string MemberId, bool Joins, bool ByRule, Lane Lane)
{
    /// <summary>When a hand's ground that comes ends by itself, in microseconds since 1970; null for never.</summary>
    public long? Until { get; init; }

    /// <summary>The membership has the other ground, as far as the writer knows: it neither begins nor ends.</summary>
    public bool IsOneOfTwo { get; init; }

    /// <summary>A hand's ground is not gone for good: it is kept, and comes back when policy lets it.</summary>
    public bool Suspends { get; init; }
}

/// <summary>A resource that ceases to be. Its memberships go with it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Type">Name of the resource type.</param>
/// <param name="ReadVersion">The version that the decision to delete was made on.</param>
/// <param name="Keys">The indexed values that it has.</param>
public sealed record ResourceDelete(string Id, string Type, long ReadVersion, IReadOnlyCollection<ResourceKey> Keys)
{
    /// <summary>JSON for the journal that may hold personal data: what there was.</summary>
    public string? Detail { get; init; }
}

/// <summary>Something about a resource that only the journal keeps.</summary>
/// <param name="Kind">The journal's word for it.</param>
/// <param name="Subject">Id of the resource.</param>
/// <param name="Data">JSON: names, never values.</param>
public readonly record struct ChangeNote(string Kind, string Subject, string Data);

/// <summary>Everything that one decision or one request changes: written whole, or not at all, by <see cref="Commit"/>.</summary>
public sealed class Changes
{
    /// <summary>Starts an empty set.</summary>
    public Changes(Instant at, string actor, string correlation, IReadOnlyCollection<string> targets)
    {
        At = at.ToUnixTimeTicks() / 10;
        Actor = actor;
        Correlation = correlation;
        Targets = targets;
    }

    /// <summary>When it happens, in microseconds since 1970.</summary>
    public long At { get; }

    /// <summary>Who does it.</summary>
    public string Actor { get; }

    /// <summary>What it belongs to, from the HR batch or request on.</summary>
    public string Correlation { get; }

    /// <summary>The targets where a change falls due.</summary>
    public IReadOnlyCollection<string> Targets { get; }

    /// <summary>Resources to create or rewrite; each id at most once.</summary>
    public List<ResourceWrite> Resources { get; } = [];

    /// <summary>Grounds of memberships that come or go, exactly: none that is so already.</summary>
    public List<MembershipWrite> Memberships { get; } = [];

    /// <summary>Suspended memberships that are so no longer: restored by a write among <see cref="Memberships"/>, or gone for good.</summary>
    public List<(string GroupId, string MemberId)> SuspensionsOver { get; } = [];

    /// <summary>Resources to delete.</summary>
    public List<ResourceDelete> Deletes { get; } = [];

    /// <summary>Attributes that a client masters from now on, by the id of the resource.</summary>
    public List<(string Id, string Attribute)> ClientMastered { get; } = [];

    /// <summary>What the journal notes beside the changes themselves.</summary>
    public List<ChangeNote> Notes { get; } = [];

    /// <summary>
    /// A user name that nobody has since before this, in microseconds since 1970, may be taken by anybody. Clients may take any that nobody
    /// has (RFC 7644, 3.6).
    /// </summary>
    public long NamesFreeBefore { get; init; } = long.MaxValue;

    /// <summary>
    /// Of the user names that are given here those, folded, that no account at <see cref="NamedAt"/> had when that was looked up: where one has it by
    /// now, nothing is written.
    /// </summary>
    public List<string> NamesFreeAtTargets { get; } = [];

    /// <summary>The targets whose accounts keep their names from those whom the bridge names.</summary>
    public IReadOnlyCollection<string> NamedAt { get; init; } = [];

    /// <summary>Whether one who gets another user name keeps the earlier one beside it.</summary>
    public bool KeepsNames { get; init; }

    /// <summary>Whether streams of Shared Signals may want to hear of it; where not, nobody looks.</summary>
    public bool TellsStreams { get; init; }

    /// <summary>The streams that have something to be told and are pushed to: filled by <see cref="Commit"/>, for whoever wakes what transmits.</summary>
    public HashSet<string> Told { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty =>
        Resources.Count == 0 && Memberships.Count == 0 && SuspensionsOver.Count == 0 && Deletes.Count == 0 && Notes.Count == 0;
}
