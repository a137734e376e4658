using System.Security.Cryptography;

namespace ScimBridge.Storage.Stores;

/// <summary>Keys that all nodes share and that outlive them, such as the one that cursors are signed with.</summary>
public static class SecretStore
{
    /// <summary>The secret of that name: 256 random bits, made when it is first asked for.</summary>
    public static async Task<byte[]> GetAsync(Session session, string name, CancellationToken cancel)
    {
        // Whoever comes first makes it; the others find it.
        await session.ExecuteAsync(
            "INSERT INTO secret (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING",
            cancel,
            ("name", name), ("value", Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))));
        var value = await session.FirstAsync("SELECT value FROM secret WHERE name = @name", r => r.GetString(0), cancel, ("name", name));
        return Convert.FromBase64String(value!);
    }
}
