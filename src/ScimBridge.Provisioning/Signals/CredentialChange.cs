namespace ScimBridge.Provisioning.Signals;

/// <summary>What happened to which kind of credential (CAEP 1.0, 3.3).</summary>
/// <param name="CredentialType">
/// <c>password</c>, <c>pin</c>, <c>x509</c>, <c>fido2-platform</c>, <c>fido2-roaming</c>, <c>fido-u2f</c>, <c>verifiable-credential</c>,
/// <c>phone-voice</c>, <c>phone-sms</c>, <c>app</c>, or another word that both sides know.
/// </param>
/// <param name="ChangeType"><c>create</c>, <c>revoke</c>, <c>update</c> or <c>delete</c>.</param>
public sealed record CredentialChange(string CredentialType, string ChangeType);
