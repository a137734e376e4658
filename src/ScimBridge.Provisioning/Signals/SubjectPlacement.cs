namespace ScimBridge.Provisioning.Signals;

/// <summary>Where in a token a receiver looks for the subject.</summary>
public enum SubjectPlacement
{
    /// <summary>In <c>sub_id</c> beside <c>events</c> (SSF 1.0, 3).</summary>
    SubId,

    /// <summary>
    /// In <c>subject.user</c> inside the event, as drafts before SSF 1.0 had it and Okta takes it.
    /// <see href="https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SSFSecurityEventToken/"/>
    /// </summary>
    Event,
}
