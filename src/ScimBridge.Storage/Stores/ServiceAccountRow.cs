using NodaTime;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Storage.Stores;

/// <summary>A service account as it is stored: what is under way, and the resource beside it.</summary>
/// <param name="Account">The account.</param>
/// <param name="Version">1, 2, 3, ... of what is under way.</param>
/// <param name="Resource">The resource.</param>
public sealed record ServiceAccountRow(ServiceAccount Account, long Version, ResourceRow Resource)
{
    /// <summary>The target that it lives in; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>Its identifier there; null where it is not known.</summary>
    public string? RemoteId { get; init; }

    /// <summary>When its timers are to be looked at; null for never.</summary>
    public Instant? NextAt { get; init; }
}

/// <summary>What becomes of a service account.</summary>
/// <param name="Before">As it was read; null where it is new.</param>
/// <param name="After">As it is from now on.</param>
/// <param name="NextAt">When its timers are to be looked at; null for never.</param>
public sealed record ServiceAccountWrite(ServiceAccountRow? Before, ServiceAccount After, Instant? NextAt)
{
    /// <summary>The target that it lives in; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>Its identifier there; null where it is not known.</summary>
    public string? RemoteId { get; init; }
}

/// <summary>How the organisation stands with its service accounts. Accounts that are proposed or deleted do not count.</summary>
/// <param name="Accounts">How many there are.</param>
/// <param name="WithOwner">How many have a technical owner.</param>
/// <param name="WithSponsor">How many have a sponsor.</param>
/// <param name="WithExpiry">How many have a day on which their time is over.</param>
/// <param name="Proposed">How many were found at a target and are adopted by nobody.</param>
/// <param name="Orphans">How many stand on the orphan queue.</param>
/// <param name="OpenDuties">How many credentials have to go.</param>
/// <param name="LateDuties">How many of these should be gone.</param>
/// <param name="ClosedDuties">How many have gone since the instant that was asked for.</param>
/// <param name="ClosedInTime">How many of these in time.</param>
public sealed record ServiceAccountFigures(
    long Accounts, long WithOwner, long WithSponsor, long WithExpiry, long Proposed, long Orphans, long OpenDuties, long LateDuties, long ClosedDuties, long ClosedInTime);
