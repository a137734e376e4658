using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// A private key that makes JSON Web Signatures (RFC 7515): RS256 with RSA, ES256 with EC on P-256 (RFC 7518, 3.1). It holds no handle of the
/// platform's, so that any number of threads sign at once.
/// </summary>
public sealed class SigningKey
{
    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256: what Shared Signals are signed with.</summary>
    public const string Rs256 = SecurityAlgorithms.RsaSha256;

    /// <summary>ECDSA on P-256 with SHA-256: what documents are signed with.</summary>
    public const string Es256 = SecurityAlgorithms.EcdsaSha256;

    // CAEP Interoperability Profile 1.0, 2.6: at least 2,048.
    private const int RsaBits = 2048;
    private readonly byte[] _pkcs8;

    private SigningKey(string algorithm, byte[] pkcs8, JsonWebKey published, string? id)
    {
        _pkcs8 = pkcs8;
        Algorithm = algorithm;
        Id = id ?? Base64Url.EncodeToString(published.ComputeJwkThumbprint());
        Published = published;
    }

    /// <summary>What it is called (<c>kid</c>).</summary>
    public string Id { get; }

    /// <summary><see cref="Rs256"/> or <see cref="Es256"/>.</summary>
    public string Algorithm { get; }

    private JsonWebKey Published { get; }

    /// <summary>A new key; answers with its PKCS #8.</summary>
    /// <exception cref="ArgumentException">The algorithm is none of the two.</exception>
    public static byte[] Generate(string algorithm)
    {
        using AsymmetricAlgorithm key = algorithm switch
        {
            Rs256 => RSA.Create(RsaBits),
            Es256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            _ => throw new ArgumentException($"There is no key for {algorithm}.", nameof(algorithm)),
        };
        return key.ExportPkcs8PrivateKey();
    }

    /// <summary>What is wrong with the text of a key; never any of it. Null where nothing is.</summary>
    public static string? Fault(string pem)
    {
        try
        {
            OfPem(pem, id: null);
            return null;
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    /// <summary>Reads a private key.</summary>
    /// <param name="pem">The key as PEM (RFC 7468): PKCS #8, or the older forms of RSA and EC; without a password.</param>
    /// <param name="id">What it is called; null for its thumbprint (RFC 7638).</param>
    /// <exception cref="FormatException">It is none that can be used; the message has nothing of it.</exception>
    public static SigningKey OfPem(string pem, string? id)
    {
        using var rsa = RSA.Create();
        if (TryRead(rsa, key => key.ImportFromPem(pem)))
            return Of(rsa, id);
        using var ec = ECDsa.Create();
        return TryRead(ec, key => key.ImportFromPem(pem)) ? Of(ec, id) : throw NoKey();
    }

    /// <summary>Reads a private key that <see cref="Generate"/> made.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static SigningKey OfPkcs8(byte[] pkcs8)
    {
        using var rsa = RSA.Create();
        if (TryRead(rsa, key => key.ImportPkcs8PrivateKey(pkcs8, out _)))
            return Of(rsa, id: null);
        using var ec = ECDsa.Create();
        return TryRead(ec, key => key.ImportPkcs8PrivateKey(pkcs8, out _)) ? Of(ec, id: null) : throw NoKey();
    }

    /// <summary>The JWS in its compact form (RFC 7515, 7.1), with the payload as it is given.</summary>
    /// <param name="type">What the header says as <c>typ</c>, such as <c>secevent+jwt</c>.</param>
    /// <param name="payload">The bytes to sign.</param>
    public string Sign(string type, ReadOnlySpan<byte> payload)
    {
        var header = new JsonObject { ["alg"] = Algorithm, ["kid"] = Id, ["typ"] = type }.ToJsonString();
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(payload)}";
        return $"{signed}.{Base64Url.EncodeToString(Signature(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>The public half as a JWK (RFC 7517), without anything of the private one.</summary>
    public JsonObject PublicJwk()
    {
        var jwk = new JsonObject { ["kty"] = Published.Kty, ["kid"] = Id, ["alg"] = Algorithm, ["use"] = "sig" };
        if (Published.Kty == JsonWebAlgorithmsKeyTypes.RSA)
            (jwk["n"], jwk["e"]) = (Published.N, Published.E);
        else
            (jwk["crv"], jwk["x"], jwk["y"]) = (Published.Crv, Published.X, Published.Y);
        return jwk;
    }

    private static SigningKey Of(RSA rsa, string? id) => rsa.KeySize >= RsaBits
        ? new SigningKey(
            Rs256,
            rsa.ExportPkcs8PrivateKey(),
            JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(rsa.ExportParameters(includePrivateParameters: false))),
            id)
        : throw new FormatException("An RSA key has at least 2,048 bits.");

    private static SigningKey Of(ECDsa ec, string? id)
    {
        if (ec.KeySize != 256 || ec.ExportParameters(includePrivateParameters: false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            throw new FormatException("An EC key is on the curve P-256.");
        using var published = ECDsa.Create(ec.ExportParameters(includePrivateParameters: false));
        return new SigningKey(
            Es256, ec.ExportPkcs8PrivateKey(), JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(published)), id);
    }

    // A public key is read without complaint too.
    private static bool TryRead<T>(T key, Action<T> import)
        where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            _ = key.ExportPkcs8PrivateKey();
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static FormatException NoKey() => new("It is no private key: an RSA key, or an EC key on P-256, is wanted as PEM, without a password.");

    private byte[] Signature(byte[] signed)
    {
        if (Algorithm == Rs256)
        {
            using var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(_pkcs8, out _);
            return rsa.SignData(signed, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        using var ec = ECDsa.Create();
        ec.ImportPkcs8PrivateKey(_pkcs8, out _);
        return ec.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
    }
}
