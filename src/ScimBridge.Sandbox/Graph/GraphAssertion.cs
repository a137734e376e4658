using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// A signed assertion of who asks for a token: of the app's certificate, or of the issuer that the app trusts.
/// <see href="https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials"/>
/// </summary>
internal sealed class GraphAssertion(SignedToken token)
{
    /// <summary>Whether the app itself made it, with its certificate, for this token endpoint.</summary>
    public bool IsOf(GraphApp app, string tokenEndpoint, long now)
    {
        if (app.CertificatePem is null)
            return false;
        using var certificate = X509Certificate2.CreateFromPem(app.CertificatePem);
        using var key = certificate.GetRSAPublicKey()!;
        return token.Text("iss") == app.ClientId && token.Text("sub") == app.ClientId
            && token.Text("aud")?.EndsWith(tokenEndpoint, StringComparison.OrdinalIgnoreCase) == true
            && IsFresh(now) && IsAbout(certificate) && token.IsSignedWith(key);
    }

    /// <summary>Whether it is the token of a workload that stands for the app.</summary>
    public bool IsOf(GraphFederation federation, long now)
    {
        using var key = RSA.Create();
        key.ImportFromPem(federation.PublicKeyPem);
        return token.Text("iss") == federation.Issuer && token.Text("sub") == federation.Subject
            && token.Text("aud") == "api://AzureADTokenExchange" && IsFresh(now) && token.IsSignedWith(key);
    }

    private bool IsFresh(long now) =>
        long.TryParse(token.Claims["exp"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var end) && end > now && end <= now + 86_400;

    private bool IsAbout(X509Certificate2 certificate) =>
        (string?)token.Header["x5t#S256"] == Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256))
        || (string?)token.Header["x5t"] == Base64Url.EncodeToString(certificate.GetCertHash());
}
