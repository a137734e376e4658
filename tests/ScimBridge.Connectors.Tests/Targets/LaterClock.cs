namespace ScimBridge.Connectors.Tests.Targets;

/// <summary>A clock that is as late as it is told; what is waited for takes its real time.</summary>
internal sealed class LaterClock : TimeProvider
{
    public TimeSpan By { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + By;
}
