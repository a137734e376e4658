namespace ScimBridge.Sandbox.Okta;

/// <summary>What a user has got by signing in.</summary>
/// <param name="SessionId">The session, as the cookie <c>sid</c> carries it.</param>
/// <param name="RefreshToken">What the application takes to the token endpoint.</param>
/// <param name="AccessToken">What the application shows to others; an hour long.</param>
public sealed record OktaSignIn(string SessionId, string RefreshToken, string AccessToken);
