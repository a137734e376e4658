using System.Data.Common;

namespace ScimBridge.Storage.Stores;

/// <summary>An opaque token of a client. The secret itself is nowhere: only its hash is.</summary>
/// <param name="Id">The id by which it is listed and revoked.</param>
/// <param name="Client">Who uses it.</param>
/// <param name="Profile">The client's SCIM profile.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">Microseconds since 1970.</param>
/// <param name="ExpiresAt">Microseconds since 1970.</param>
/// <param name="RevokedAt">Microseconds since 1970; null while it is good.</param>
public sealed record Token(
    string Id, string Client, string Profile, IReadOnlyList<string> Scopes, long CreatedAt, long ExpiresAt, long? RevokedAt);

/// <summary>The opaque tokens.</summary>
public static class TokenStore
{
    private const string Columns = "id, client, profile, scopes, created_at, expires_at, revoked_at";

    /// <summary>Adds a token by the SHA-256 of its secret (hex, lower case).</summary>
    public static Task AddAsync(Session session, Token token, string hash, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO token (id, hash, client, profile, scopes, created_at, expires_at) " +
        "VALUES (@id, @hash, @client, @profile, @scopes, @created, @expires)",
        cancel,
        ("id", token.Id), ("hash", hash), ("client", token.Client), ("profile", token.Profile),
        ("scopes", string.Join(' ', token.Scopes)), ("created", token.CreatedAt), ("expires", token.ExpiresAt));

    /// <summary>The token whose secret has this hash, good or not.</summary>
    public static Task<Token?> FindAsync(Session session, string hash, CancellationToken cancel) => session.FirstAsync<Token?>(
        $"SELECT {Columns} FROM token WHERE hash = @hash", Read, cancel, ("hash", hash));

    /// <summary>All tokens, oldest first.</summary>
    public static Task<List<Token>> ListAsync(Session session, CancellationToken cancel) =>
        session.QueryAsync($"SELECT {Columns} FROM token ORDER BY created_at, id", Read, cancel);

    /// <summary>Revokes; false where there is no such good token.</summary>
    public static async Task<bool> RevokeAsync(Session session, string id, long now, CancellationToken cancel) =>
        await session.ExecuteAsync(
            "UPDATE token SET revoked_at = @now WHERE id = @id AND revoked_at IS NULL", cancel, ("id", id), ("now", now)) > 0;

    private static Token Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        r.GetInt64(4), r.GetInt64(5), r.IsDBNull(6) ? null : r.GetInt64(6));
}
