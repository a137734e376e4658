using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Cli;

/// <summary>
/// <c>verify</c>: checks a signed document with nothing but the file and the public keys: who signed it, that nothing of it was changed,
/// and that what it says follows from what it shows.
/// </summary>
internal static class VerifyCommand
{
    private const int BufferSize = 131_072;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "An evidence pack; or the signature of a leaver's proof, or the JSON answer that it came with." };
        var keys = new Option<string>("--keys") { Description = "The bridge's public keys: what it answers at /.well-known/jwks.json.", Required = true };
        var command = new Command("verify", "Checks an evidence pack or a signed proof offline.") { file, keys };
        command.SetAction(async (parsed, cancel) =>
        {
            var (path, jwks) = (parsed.GetValue(file)!, Read(parsed.GetValue(keys)!));
            var faults = IsPack(path) ? PackFaults(path, jwks) : await FaultsAsync(Read(path), jwks, cancel);
            foreach (var fault in faults)
                Console.WriteLine(fault);
            Console.WriteLine(faults.Count == 0 ? "sound: signed by that bridge, whole, and it says what it shows" : "NOT sound");
            return faults.Count == 0 ? 0 : 1;
        });
        return command;
    }

    /// <summary>Everything that is wrong with a document; empty where nothing is.</summary>
    /// <param name="text">The JWS in its compact form, or a JSON object that has it as <c>signature</c> and the document as <c>proof</c>.</param>
    /// <param name="jwks">The public keys, a JWK Set (RFC 7517).</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<IReadOnlyList<string>> FaultsAsync(string text, string jwks, CancellationToken cancel)
    {
        var (signature, shown) = Parts(text.Trim());
        if (signature is null)
            return ["There is no signature in it."];
        IList<SecurityKey> keys;
        try
        {
            keys = new JsonWebKeySet(jwks).GetSigningKeys();
        }
        catch (ArgumentException)
        {
            return ["The keys are no JWK Set."];
        }

        // A document has no time after which it is no longer so, and is for nobody in particular.
        var result = await new JsonWebTokenHandler { MaximumTokenSizeInBytes = int.MaxValue }.ValidateTokenAsync(signature, new TokenValidationParameters
        {
            IssuerSigningKeys = keys,
            ValidAlgorithms = [SigningKey.Es256],
            ValidTypes = [LeaverProofCheck.Kind],
            RequireExpirationTime = false,
            ValidateLifetime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
        });
        cancel.ThrowIfCancellationRequested();
        if (!result.IsValid)
            return ["The signature is not one of these keys over this document."];
        var document = JsonNode.Parse(Base64UrlEncoder.DecodeBytes(((JsonWebToken)result.SecurityToken).EncodedPayload)) as JsonObject;
        if (document is null)
            return ["What is signed is no document."];
        var faults = new List<string>();
        if (shown is not null && !JsonNode.DeepEquals(shown, document))
            faults.Add("What is shown beside the signature is not what was signed.");
        faults.AddRange(LeaverProofCheck.Faults(document));
        return faults;
    }

    private static (string? Signature, JsonNode? Shown) Parts(string text)
    {
        if (!text.StartsWith('{'))
            return (text.Length == 0 ? null : text, null);
        try
        {
            var json = JsonNode.Parse(text)!;
            return ((json["signature"] as JsonValue)?.TryGetValue<string>(out var signature) == true ? signature : null, json["proof"]);
        }
        catch (JsonException)
        {
            return (null, null);
        }
    }

    /// <summary>Everything that is wrong with an evidence pack, which is read once and not kept; empty where nothing is.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="jwks">The public keys, a JWK Set (RFC 7517).</param>
    internal static IReadOnlyList<string> PackFaults(Stream pack, string jwks)
    {
        PublicKeys keys;
        try
        {
            keys = new PublicKeys(jwks);
        }
        catch (FormatException e)
        {
            return [e.Message];
        }

        using var check = new PackCheck(keys);
        var line = new List<byte>();
        var buffer = new byte[BufferSize];
        while (pack.Read(buffer) is var read and > 0)
        {
            for (var rest = buffer.AsSpan(0, read); ;)
            {
                var end = rest.IndexOf((byte)'\n');
                line.AddRange(end < 0 ? rest : rest[..end]);
                if (end < 0)
                    break;
                check.Take(CollectionsMarshal.AsSpan(line));
                line.Clear();
                rest = rest[(end + 1)..];
            }
        }

        return check.Finish(isWhole: line.Count == 0);
    }

    private static IReadOnlyList<string> PackFaults(string path, string jwks)
    {
        using var pack = File.OpenRead(path);
        return PackFaults(pack, jwks);
    }

    // Whatever else it may be, a file that begins so can only be sound as a pack.
    private static bool IsPack(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var begins = new byte[PackSection.Opening.Length];
            return file.ReadAtLeast(begins, begins.Length, throwOnEndOfStream: false) == begins.Length
                && Encoding.ASCII.GetString(begins) == PackSection.Opening;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>The text of a file.</summary>
    internal static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
