using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>The timers of one criticality.</summary>
/// <param name="AnswerWithin">How long each link of the chain has to answer.</param>
/// <param name="RotateWithin">Until when after the end of access what a leaver knew is rotated.</param>
/// <param name="ForCauseWithin">The same where they were dismissed for cause.</param>
/// <param name="MoverRotateWithin">Until when after the transfer what a mover knew is rotated.</param>
public sealed record CriticalityPolicy(Duration AnswerWithin, Duration RotateWithin, Duration ForCauseWithin, Duration MoverRotateWithin)
{
    /// <summary>Whether who does not answer in time has accepted. At criticality 1 and 2 it has no effect: nobody accepts those by silence.</summary>
    public bool SilenceAccepts { get; init; }
}
