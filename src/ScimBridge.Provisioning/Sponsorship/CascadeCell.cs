using NodaTime;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>One cell of <see cref="CascadeTable"/>.</summary>
/// <param name="Accountability">What is done about who answers for the account.</param>
/// <param name="Within">Until when; null where it has no deadline of its own.</param>
/// <param name="Credentials">What is done about the credentials that the person knows.</param>
/// <param name="RotateWithin">Until when; null where nothing is done.</param>
/// <param name="ListsChildren">Whether what goes with it is listed.</param>
/// <param name="Reason">Why, in a line.</param>
public sealed record CascadeCell(
    AccountabilityAction Accountability, Duration? Within, CredentialAction Credentials, Duration? RotateWithin, bool ListsChildren, string Reason);
