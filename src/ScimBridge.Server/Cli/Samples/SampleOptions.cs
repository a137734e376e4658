using System.Text.Json.Nodes;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Cli.Samples;

/// <summary>
/// A golden sample: what a source says, and what is to come of it under the configuration. A file in the folder of samples has one of them,
/// or a list.
/// </summary>
internal sealed class SampleOptions
{
    /// <summary>What it shows, in a sentence.</summary>
    public required string Sample { get; set; }

    /// <summary>The source; the only one where there is only one.</summary>
    public string? Source { get; set; }

    /// <summary>The worker whose story it is, by the source's key of the person; the first of whom something is said.</summary>
    public string? Worker { get; set; }

    /// <summary>A policy to take instead of the one that is configured.</summary>
    public LifecycleOptions? Lifecycle { get; set; }

    /// <summary>What the source says, and when.</summary>
    public required List<SampleRecord> Records { get; set; }

    /// <summary>What is to be true, and when.</summary>
    public required List<SampleExpectation> Expect { get; set; }
}

/// <summary>One thing that a source says.</summary>
internal sealed class SampleRecord
{
    /// <summary>When it comes in: an instant, as <c>2026-03-02T09:00:00Z</c>.</summary>
    public required string At { get; set; }

    /// <summary>The source's own row, by its columns; it is read and doubted as one of a feed is.</summary>
    public JsonObject? Row { get; set; }

    /// <summary>Or the canonical facts.</summary>
    public JsonObject? Facts { get; set; }

    /// <summary>Of facts: the day from which they hold. Left out: a snapshot.</summary>
    public string? EffectiveFrom { get; set; }

    /// <summary>Of a row: that it is refused or put into quarantine.</summary>
    public bool Refused { get; set; }
}

/// <summary>What is to be true at an instant; what is left out is not looked at.</summary>
internal sealed class SampleExpectation
{
    /// <summary>The instant.</summary>
    public required string At { get; set; }

    /// <summary>The access state.</summary>
    public string? Access { get; set; }

    /// <summary>The rule that decides.</summary>
    public string? Rule { get; set; }

    /// <summary>Whether there is a user at all.</summary>
    public bool? Exists { get; set; }

    /// <summary>What the user has; attributes that are not named may be anything.</summary>
    public JsonObject? User { get; set; }

    /// <summary>The display names of the groups that the user is in, all of them.</summary>
    public List<string>? Groups { get; set; }

    /// <summary>When anything changes by itself: an instant, or <c>never</c>.</summary>
    public string? NextChange { get; set; }

    /// <summary>When the user is deleted: an instant, or <c>never</c>.</summary>
    public string? DeleteAt { get; set; }
}
