namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>Back after an end: no role comes back, no secret, and no duty is closed. New access is the lifecycle's matter.</summary>
internal sealed class RehireRule : ICascadeRule
{
    public void Apply(Course course, PersonEvent happened, CascadeCell cell)
    {
        // That nothing is done is the rule: it stands here so that nobody takes it for a hole.
    }
}
