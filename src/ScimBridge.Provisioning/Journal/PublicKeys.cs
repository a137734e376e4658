using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ScimBridge.Provisioning.Journal;

/// <summary>
/// The public keys of a bridge that documents are checked with: those of a JWK Set (RFC 7517) on the curve P-256. Of a signature every character counts:
/// one that is written in another way is refused, also where it would say the same.
/// </summary>
public sealed class PublicKeys
{
    private const int SignatureLength = 64;
    private readonly Dictionary<string, ECParameters> _keys = new(StringComparer.Ordinal);

    /// <summary>Reads a JWK Set; keys of other kinds are passed over.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public PublicKeys(string jwks)
    {
        try
        {
            using var set = JsonDocument.Parse(jwks);
            foreach (var key in set.RootElement.GetProperty("keys").EnumerateArray())
            {
                if (key.GetProperty("kty").GetString() != "EC" || key.GetProperty("crv").GetString() != "P-256")
                    continue;
                _keys[key.GetProperty("kid").GetString()!] = new ECParameters
                {
                    Curve = ECCurve.NamedCurves.nistP256,
                    Q = new ECPoint { X = Bytes(key, "x"), Y = Bytes(key, "y") },
                };
            }
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException("The keys are no JWK Set (RFC 7517).", e);
        }
    }

    /// <summary>What is signed, where one of the keys has signed it as that type with ES256 (RFC 7515, RFC 7518); null where not.</summary>
    /// <param name="jws">The signature in its compact form.</param>
    /// <param name="type">What its header has to say as <c>typ</c>.</param>
    /// <param name="keyId">The key that signed.</param>
    public byte[]? Open(string jws, string type, out string? keyId)
    {
        ArgumentNullException.ThrowIfNull(jws);
        keyId = null;
        if (jws.Split('.') is not [var header, var payload, var signature]
            || Decode(header) is not { } head || Decode(payload) is not { } signed || Decode(signature) is not { Length: SignatureLength } bytes
            || Of(head, type) is not { } id || !_keys.TryGetValue(id, out var parameters))
            return null;
        using var key = ECDsa.Create(parameters);
        keyId = id;
        return key.VerifyData(Encoding.ASCII.GetBytes(header + "." + payload), bytes, HashAlgorithmName.SHA256) ? signed : null;
    }

    private static byte[] Bytes(JsonElement key, string name) => Base64Url.DecodeFromChars(key.GetProperty(name).GetString());

    // The last character has bits that say nothing: only the one in which they are 0 is taken.
    private static byte[]? Decode(string text) =>
        Base64Url.IsValid(text) && Base64Url.DecodeFromChars(text) is var bytes && Base64Url.EncodeToString(bytes) == text ? bytes : null;

    private static string? Of(byte[] header, string type)
    {
        try
        {
            using var json = JsonDocument.Parse(header);
            var root = json.RootElement;
            return root.GetProperty("alg").GetString() == "ES256" && root.GetProperty("typ").GetString() == type ? root.GetProperty("kid").GetString() : null;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
