using System.Security.Cryptography;
using System.Text;
using ScimBridge.Connectors;

namespace ScimBridge.Server.Hosting;

/// <summary>
/// Seals credentials that others hand in before they are stored (AES-256-GCM), with a key that is not in the database: whoever reads the database alone
/// reads none of them. A sealed credential is bound to what it is for, and opens nowhere else.
/// </summary>
internal sealed class CredentialSeal(SecretReference key)
{
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Seals; null where the key cannot be had.</summary>
    public string? Seal(string purpose, string credential)
    {
        using var cipher = Cipher();
        if (cipher is null)
            return null;
        var plain = Encoding.UTF8.GetBytes(credential);
        var sealedBytes = new byte[NonceBytes + TagBytes + plain.Length];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        cipher.Encrypt(
            nonce, plain, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(purpose));
        return Convert.ToBase64String(sealedBytes);
    }

    /// <summary>Opens; null where the key cannot be had, or is another one.</summary>
    public string? Open(string purpose, string sealedText)
    {
        using var cipher = Cipher();
        var sealedBytes = Convert.FromBase64String(sealedText);
        if (cipher is null || sealedBytes.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        try
        {
            cipher.Decrypt(
                sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes), plain,
                Encoding.UTF8.GetBytes(purpose));
            return Encoding.UTF8.GetString(plain);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    private AesGcm? Cipher() => key.Read() is { Length: > 0 } secret
        ? new AesGcm(HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), KeyBytes, info: "scimbridge credential"u8.ToArray()), TagBytes)
        : null;
}
