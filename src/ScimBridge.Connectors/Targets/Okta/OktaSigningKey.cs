using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>A private key that signs JSON Web Tokens: RS256 with an RSA key, ES256 with one on P-256 (RFC 7518, 3.1).</summary>
internal sealed class OktaSigningKey : IDisposable
{
    private const int SmallestRsa = 2048;

    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    private OktaSigningKey(RSA? rsa, ECDsa? ec, string? keyId)
    {
        (_rsa, _ec, KeyId) = (rsa, ec, keyId);
    }

    /// <summary>The id that the key says of itself.</summary>
    public string? KeyId { get; }

    /// <summary>A new key on P-256, of this process alone.</summary>
    public static OktaSigningKey Create() => new(null, ECDsa.Create(ECCurve.NamedCurves.nistP256), null);

    /// <summary>What is wrong with the text of a key; never any of it.</summary>
    public static string? Fault(string text)
    {
        try
        {
            using var key = Parse(text);
            return key._rsa?.KeySize < SmallestRsa ? "An RSA key has at least 2,048 bits."
                : key._ec is not null && key._ec.KeySize != 256 ? "An EC key is on the curve P-256."
                : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException or JsonException or InvalidOperationException)
        {
            return "It is no private key: an RSA or EC key is wanted, as PEM or as a JWK, without a password.";
        }
    }

    /// <summary>Reads a key that has no fault.</summary>
    public static OktaSigningKey Parse(string text) => text.StartsWith('{') ? OfJwk(JsonNode.Parse(text)!.AsObject()) : OfPem(text);

    /// <summary>The token: header and claims as they are given, <c>alg</c> added.</summary>
    public string Sign(JsonObject header, JsonObject claims)
    {
        header["alg"] = _rsa is not null ? "RS256" : "ES256";
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header.ToJsonString()))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}";
        var bytes = Encoding.ASCII.GetBytes(signed);
        var signature = _rsa is not null
            ? _rsa.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : _ec!.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>The public half of a key on P-256, as a JWK (RFC 7517).</summary>
    public JsonObject PublicJwk()
    {
        var point = _ec!.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    public void Dispose()
    {
        _rsa?.Dispose();
        _ec?.Dispose();
    }

    private static OktaSigningKey OfPem(string text)
    {
        var rsa = RSA.Create();
        try
        {
            rsa.ImportFromPem(text);
            _ = rsa.ExportParameters(includePrivateParameters: true);
            return new OktaSigningKey(rsa, null, null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            rsa.Dispose();
        }

        var ec = ECDsa.Create();
        try
        {
            ec.ImportFromPem(text);
            _ = ec.ExportParameters(includePrivateParameters: true);
            return new OktaSigningKey(null, ec, null);
        }
        catch
        {
            ec.Dispose();
            throw;
        }
    }

    private static OktaSigningKey OfJwk(JsonObject jwk)
    {
        var keyId = (string?)jwk["kid"];
        return (string?)jwk["kty"] switch
        {
            "RSA" => new OktaSigningKey(
                RSA.Create(new RSAParameters
                {
                    Modulus = Number("n"),
                    Exponent = Number("e"),
                    D = Number("d"),
                    P = Number("p"),
                    Q = Number("q"),
                    DP = Number("dp"),
                    DQ = Number("dq"),
                    InverseQ = Number("qi"),
                }),
                null,
                keyId),
            "EC" when (string?)jwk["crv"] == "P-256" => new OktaSigningKey(
                null,
                ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = Number("x"), Y = Number("y") }, D = Number("d") }),
                keyId),
            _ => throw new FormatException("Neither RSA nor EC P-256."),
        };

        byte[] Number(string name) => Base64Url.DecodeFromChars((string?)jwk[name] ?? throw new FormatException($"Without {name}."));
    }
}
