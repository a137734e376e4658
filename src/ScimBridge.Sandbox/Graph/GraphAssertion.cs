using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Graph;

/// <summary>
/// A signed assertion of who asks for a token: of the app's certificate, or of the issuer that the app trusts.
/// <see href="https://learn.microsoft.com/en-us/entra/identity-platform/certificate-credentials"/>
/// </summary>
internal sealed record GraphAssertion(JsonObject Header, JsonObject Claims, byte[] Signed, byte[] Signature)
{
    public static GraphAssertion? Read(string text)
    {
        var parts = text.Split('.');
        if (parts.Length != 3)
            return null;
        try
        {
            return new(
                JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject(),
                JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject(),
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64Url.DecodeFromChars(parts[2]));
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether the app itself made it, with its certificate, for this token endpoint.</summary>
    public bool IsOf(GraphApp app, string tokenEndpoint, long now)
    {
        if (app.CertificatePem is null)
            return false;
        using var certificate = X509Certificate2.CreateFromPem(app.CertificatePem);
        using var key = certificate.GetRSAPublicKey()!;
        return (string?)Claims["iss"] == app.ClientId && (string?)Claims["sub"] == app.ClientId
            && Claims["aud"] is JsonValue audience && audience.TryGetValue<string>(out var aud) && aud.EndsWith(tokenEndpoint, StringComparison.OrdinalIgnoreCase)
            && IsFresh(now) && IsAbout(certificate) && IsSignedWith(key);
    }

    /// <summary>Whether it is the token of a workload that stands for the app.</summary>
    public bool IsOf(GraphFederation federation, long now)
    {
        using var key = RSA.Create();
        key.ImportFromPem(federation.PublicKeyPem);
        return (string?)Claims["iss"] == federation.Issuer && (string?)Claims["sub"] == federation.Subject
            && (string?)Claims["aud"] == "api://AzureADTokenExchange" && IsFresh(now) && IsSignedWith(key);
    }

    private bool IsFresh(long now) =>
        long.TryParse(Claims["exp"]?.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var end) && end > now && end <= now + 86_400;

    private bool IsAbout(X509Certificate2 certificate) =>
        (string?)Header["x5t#S256"] == Base64Url.EncodeToString(certificate.GetCertHash(HashAlgorithmName.SHA256))
        || (string?)Header["x5t"] == Base64Url.EncodeToString(certificate.GetCertHash());

    private bool IsSignedWith(RSA key) => (string?)Header["alg"] switch
    {
        "PS256" => key.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "RS256" => key.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        _ => false,
    };
}
