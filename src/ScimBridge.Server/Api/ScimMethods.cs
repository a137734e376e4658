namespace ScimBridge.Server.Api;

/// <summary>Methods that are mapped together.</summary>
internal static class ScimMethods
{
    /// <summary>HEAD is GET without the body (RFC 9110, 9.3.2).</summary>
    public static readonly string[] Reading = ["GET", "HEAD"];
}
