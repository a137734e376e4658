namespace ScimBridge.Sandbox.Hris;

/// <summary>A call that an HR system was sent.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path behind the base URL.</param>
/// <param name="Query">The query as it stood, without its question mark, unescaped.</param>
/// <param name="Status">What it was answered; 0 where the connection was dropped.</param>
public sealed record HrisCall(string Method, string Path, string Query, int Status);
