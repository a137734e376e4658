using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using NodaTime;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>A question that a link answers: whether somebody takes over a role of an account.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Role">The role.</param>
/// <param name="PersonId">Who is asked.</param>
/// <param name="Until">Until when they are to answer; asked again later, it is another question.</param>
public sealed record AnswerLink(string AccountId, AccountableRole Role, string PersonId, Instant Until)
{
    /// <summary>Whether the question still stands.</summary>
    public bool IsOpen(ServiceAccount account, Instant now)
    {
        ArgumentNullException.ThrowIfNull(account);
        return now < Until && account.HandoverOf(Role) is { Asked: { } asked, AnswerBy: { } by } && asked.PersonId == PersonId
            && by.ToMicroseconds() == Until.ToMicroseconds();
    }
}

/// <summary>
/// Links by which somebody answers who has no account at the bridge: the question itself, signed. The key is in the database, so that every node
/// takes the links of every other. A link answers once: then the question stands no longer.
/// </summary>
public sealed class AnswerSeal(Database database)
{
    private const int SignatureLength = 32;
    private byte[]? _key;

    /// <summary>The question as the end of an address.</summary>
    public async Task<string> CloseAsync(AnswerLink link, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(link);
        var content = JsonSerializer.SerializeToUtf8Bytes(new Sealed(link.AccountId, (int)link.Role, link.PersonId, link.Until.ToMicroseconds()));
        return Base64Url.EncodeToString([.. HMACSHA256.HashData(await KeyAsync(cancel), content), .. content]);
    }

    /// <summary>The question that an address ends with; null where it is none of ours.</summary>
    public async Task<AnswerLink?> OpenAsync(string text, CancellationToken cancel)
    {
        if (!Base64Url.IsValid(text, out var length) || length <= SignatureLength)
            return null;
        var bytes = Base64Url.DecodeFromChars(text);
        var content = bytes[SignatureLength..];
        if (!CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(await KeyAsync(cancel), content), bytes.AsSpan(0, SignatureLength)))
            return null;
        var link = JsonSerializer.Deserialize<Sealed>(content)!;
        return new AnswerLink(link.Account, (AccountableRole)link.Role, link.Person, Microseconds.ToInstant(link.Until));
    }

    private async Task<byte[]> KeyAsync(CancellationToken cancel) =>
        _key ??= await database.WriteAsync(s => SecretStore.GetAsync(s, "answer", cancel), cancel);

    private sealed record Sealed(string Account, int Role, string Person, long Until);
}
