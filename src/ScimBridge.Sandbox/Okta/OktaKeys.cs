using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Okta;

/// <summary>The keys that apps of an org sign with: their own, in PEM, and that of a DPoP proof, a JWK on P-256 (RFC 7517, RFC 9449).</summary>
internal static class OktaKeys
{
    /// <summary>RFC 7638, for a key on P-256.</summary>
    public static string Thumbprint(JsonObject jwk) => Base64Url.EncodeToString(SHA256.HashData(
        Encoding.UTF8.GetBytes($$"""{"crv":"{{jwk["crv"]}}","kty":"{{jwk["kty"]}}","x":"{{jwk["x"]}}","y":"{{jwk["y"]}}"}""")));

    public static bool HaveSigned(SignedToken token, string publicKeyPem)
    {
        if ((string?)token.Header["alg"] == "RS256")
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(publicKeyPem);
            return token.IsSignedWith(rsa);
        }

        using var ec = ECDsa.Create();
        ec.ImportFromPem(publicKeyPem);
        return token.IsSignedWith(ec);
    }

    public static bool HaveSigned(SignedToken token, JsonObject jwk)
    {
        if ((string?)jwk["kty"] != "EC" || (string?)jwk["crv"] != "P-256")
            return false;
        using var ec = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string?)jwk["x"]), Y = Base64Url.DecodeFromChars((string?)jwk["y"]) },
        });
        return token.IsSignedWith(ec);
    }
}
