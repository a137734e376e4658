using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ScimBridge.Connectors.Targets.Entra;

/// <summary>Reads a certificate with its private key: PEM, or PKCS #12.</summary>
internal static class EntraCertificate
{
    /// <summary>What is wrong with it; never any of it.</summary>
    public static string? Fault(EntraCertificateOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.File))
            return "The file with the certificate and its private key is required.";
        try
        {
            using var certificate = Load(options);
            return certificate.HasPrivateKey ? null : "The file has no private key.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The file {options.File} cannot be read.";
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return "It is no certificate with a private key, as PEM or PKCS #12, or the password is another one.";
        }
    }

    /// <summary>Reads one that has no fault.</summary>
    public static X509Certificate2 Load(EntraCertificateOptions options)
    {
        var bytes = File.ReadAllBytes(options.File!);
        var password = options.Password?.Read();
        if (!bytes.AsSpan().StartsWith("-----BEGIN"u8))
            return X509CertificateLoader.LoadPkcs12(bytes, password);
        var pem = Encoding.ASCII.GetString(bytes);
        return password is null ? X509Certificate2.CreateFromPem(pem, pem) : X509Certificate2.CreateFromEncryptedPem(pem, pem, password);
    }
}
