using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ScimBridge.Scim.Errors;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Cursors that the service does not have to remember: the position itself, signed together with what it is bound to. The key is in the
/// database, so that every node takes the cursors of every other, before and after a restart.
/// </summary>
internal sealed class CursorSeal(Database database)
{
    private const int SignatureLength = 32;
    private byte[]? _key;

    /// <summary>The cursor as text, of characters that need no escape in a URL (RFC 9865, 2).</summary>
    public async Task<string> CloseAsync(Cursor cursor, CursorBinding binding, CancellationToken cancel)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(cursor);
        return Base64Url.EncodeToString([.. await SignatureAsync(content, binding, cancel), .. content]);
    }

    /// <summary>The cursor that a client gives back.</summary>
    /// <exception cref="ScimException">invalidCursor: it is none of ours, or of another client or query. invalidCount: of other pages.</exception>
    public async Task<Cursor> OpenAsync(string text, CursorBinding binding, int count, CancellationToken cancel)
    {
        if (!Base64Url.IsValid(text, out var length) || length <= SignatureLength)
            throw Invalid();
        var bytes = Base64Url.DecodeFromChars(text);
        var content = bytes[SignatureLength..];
        var signature = await SignatureAsync(content, binding, cancel);
        if (!CryptographicOperations.FixedTimeEquals(signature, bytes.AsSpan(0, SignatureLength)))
            throw Invalid();
        var cursor = JsonSerializer.Deserialize<Cursor>(content)!;
        return cursor.Count == count
            ? cursor
            : throw ScimError.InvalidCount("count must be the same for all pages of a listing.").AsException();
    }

    private async Task<byte[]> SignatureAsync(byte[] content, CursorBinding binding, CancellationToken cancel)
    {
        _key ??= await database.WriteAsync(s => SecretStore.GetAsync(s, "cursor", cancel), cancel);
        return HMACSHA256.HashData(_key, (byte[])[.. Encoding.UTF8.GetBytes(binding.ToString()), 0, .. content]);
    }

    private static ScimException Invalid() => ScimError.InvalidCursor("The cursor is not one of this query.").AsException();
}
