namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>One rule of the cascade: what becomes of an account's people when something happens to one of them.</summary>
internal interface ICascadeRule
{
    /// <summary>Does what the rule says.</summary>
    /// <param name="course">The account and the steps so far.</param>
    /// <param name="happened">What happened, to whom.</param>
    /// <param name="cell">What the table has for it.</param>
    void Apply(Course course, PersonEvent happened, CascadeCell cell);
}
