using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox;

/// <summary>A signed token (RFC 7515), as apps prove with it who they are: RS256, PS256 or ES256.</summary>
internal sealed record SignedToken(JsonObject Header, JsonObject Claims, byte[] Signed, byte[] Signature)
{
    /// <summary>The token in this text, of whomever; null where it is none.</summary>
    public static SignedToken? Read(string text)
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

    public string? Text(string claim) => Claims[claim] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public long Number(string claim) => Claims[claim] is JsonValue value && value.TryGetValue<long>(out var number) ? number : 0;

    public bool IsSignedWith(RSA key) => (string?)Header["alg"] switch
    {
        "PS256" => key.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pss),
        "RS256" => key.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
        _ => false,
    };

    public bool IsSignedWith(ECDsa key) => (string?)Header["alg"] == "ES256"
        && key.VerifyData(Signed, Signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
}
