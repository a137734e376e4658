namespace ScimBridge.Storage.Stores;

/// <summary>The signing keys that the bridge made for itself, which all nodes share and which outlive them: at most one of an algorithm.</summary>
public static class SigningKeyStore
{
    /// <summary>The private keys (PKCS #8, DER), by algorithm.</summary>
    public static async Task<Dictionary<string, byte[]>> AllAsync(Session session, CancellationToken cancel)
    {
        var rows = await session.QueryAsync(
            "SELECT algorithm, pkcs8 FROM signing_key", r => KeyValuePair.Create(r.GetString(0), Convert.FromBase64String(r.GetString(1))), cancel);
        return new Dictionary<string, byte[]>(rows, StringComparer.Ordinal);
    }

    /// <summary>Keeps a key, where there is none of that algorithm yet: whoever comes first makes it, the others find it.</summary>
    public static Task AddAsync(Session session, string algorithm, byte[] pkcs8, long now, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO signing_key (algorithm, pkcs8, created_at) VALUES (@algorithm, @pkcs8, @now) ON CONFLICT (algorithm) DO NOTHING",
        cancel,
        ("algorithm", algorithm), ("pkcs8", Convert.ToBase64String(pkcs8)), ("now", now));
}
