using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>A signed token, RS256 or ES256 (RFC 7515).</summary>
internal sealed record Jwt(JsonObject Header, JsonObject Claims, byte[] Signed, byte[] Signature)
{
    public static Jwt? Read(string text)
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

    /// <summary>RFC 7638, for a key on P-256.</summary>
    public static string Thumbprint(JsonObject jwk) => Base64Url.EncodeToString(SHA256.HashData(
        Encoding.UTF8.GetBytes($$"""{"crv":"{{jwk["crv"]}}","kty":"{{jwk["kty"]}}","x":"{{jwk["x"]}}","y":"{{jwk["y"]}}"}""")));

    public string? Text(string claim) => (string?)Claims[claim];

    public long Number(string claim) => Claims[claim] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;

    public bool IsSignedWith(string publicKeyPem)
    {
        if ((string?)Header["alg"] == "RS256")
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(publicKeyPem);
            return rsa.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var ec = ECDsa.Create();
        ec.ImportFromPem(publicKeyPem);
        return IsSignedWith(ec);
    }

    public bool IsSignedWith(JsonObject jwk)
    {
        if ((string?)jwk["kty"] != "EC" || (string?)jwk["crv"] != "P-256")
            return false;
        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string?)jwk["x"]), Y = Base64Url.DecodeFromChars((string?)jwk["y"]) },
        });
        return IsSignedWith(ec);
    }

    private bool IsSignedWith(ECDsa ec) => (string?)Header["alg"] == "ES256"
        && ec.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
