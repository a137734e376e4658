namespace ScimBridge.Provisioning.Signals;

/// <summary>How one receiver is told whom an event is about.</summary>
/// <param name="Format">The form of the identifier.</param>
/// <param name="Placement">Where it stands.</param>
/// <param name="Issuer">Of <see cref="SubjectFormat.IssuerSubject"/>: who names the account; null for the bridge itself.</param>
public sealed record SubjectRule(SubjectFormat Format, SubjectPlacement Placement = SubjectPlacement.SubId, string? Issuer = null);
