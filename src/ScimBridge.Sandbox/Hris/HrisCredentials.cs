using System.Text;

namespace ScimBridge.Sandbox.Hris;

/// <summary>Whether a call may be made.</summary>
internal static class HrisCredentials
{
    public static bool HasPassword(this HrisRequest request, HrisState state) => Basic(request) is { } pair && pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..] == state.Secret;

    public static bool HasKeyAsUser(this HrisRequest request, HrisState state) =>
        Basic(request) is { } pair && pair.Split(':')[0] == state.Secret;

    public static bool HasToken(this HrisRequest request, HrisState state) =>
        request.Authorization.StartsWith("Bearer ", StringComparison.Ordinal) && state.Knows(request.Authorization[7..]);

    public static bool HasSecretAsToken(this HrisRequest request, HrisState state) => request.Authorization == $"Bearer {state.Secret}";

    private static string? Basic(HrisRequest request)
    {
        if (!request.Authorization.StartsWith("Basic ", StringComparison.Ordinal))
            return null;
        var bytes = new byte[request.Authorization.Length];
        return Convert.TryFromBase64String(request.Authorization[6..], bytes, out var count) ? Encoding.UTF8.GetString(bytes, 0, count) : null;
    }
}
