using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What was decided about a service account.</summary>
/// <param name="Row">The account as it was read.</param>
/// <param name="After">The account as it is from now on.</param>
/// <param name="Steps">The steps, in the order in which they were taken.</param>
/// <param name="NextAt">When its timers are to be looked at; null for never.</param>
public sealed record AccountDecision(ServiceAccountRow Row, ServiceAccount After, IReadOnlyList<CascadeStep> Steps, Instant? NextAt)
{
    /// <summary>What the journal notes beside the steps.</summary>
    public IReadOnlyList<ChangeNote> Notes { get; init; } = [];

    /// <summary>The body to show the account in, where it is another than that of <see cref="Row"/>.</summary>
    public JsonObject? Body { get; init; }

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => Steps.Count == 0 && Notes.Count == 0 && Body is null && ReferenceEquals(After, Row.Account) && NextAt == Row.NextAt;
}
