using System.Data.Common;
using System.Text.Json;
using NodaTime;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;

namespace ScimBridge.Storage.Stores;

/// <summary>Rotations: each step that one takes is written before the next.</summary>
public static class RotationStore
{
    private const string Columns =
        "id, target, resource_id, key_id, type, way, stage, new_key_id, keys_before, attempted_at, old_version, new_version, handed_over_at, told_at, " +
        "confirmed_at, seen_at, overlap_until, removed_at, read_back, probe, result, started_at, ended_at, correlation";

    /// <summary>The rotation of a credential that is under way; null where none is.</summary>
    public static Task<Rotation?> OpenAsync(Session session, string accountId, string keyId, CancellationToken cancel) => session.FirstAsync(
        $"SELECT {Columns} FROM rotation WHERE resource_id = @account AND key_id = @key AND ended_at IS NULL",
        Read,
        cancel,
        ("account", accountId), ("key", keyId));

    /// <summary>Ids of those of these accounts that have a rotation under way: what comes and goes there is its doing.</summary>
    public static async Task<HashSet<string>> UnderWayAsync(Session session, IReadOnlyCollection<string> accountIds, CancellationToken cancel) =>
        accountIds.Count == 0 ? [] : new(
            await session.QueryAsync(
                $"SELECT DISTINCT resource_id FROM rotation WHERE ended_at IS NULL AND {session.Dialect.In("resource_id", "@ids")}", r => r.GetString(0), cancel, ("ids", accountIds)),
            StringComparer.Ordinal);

    /// <summary>A rotation; null where there is none with this id.</summary>
    public static Task<Rotation?> FindAsync(Session session, string id, CancellationToken cancel) =>
        session.FirstAsync($"SELECT {Columns} FROM rotation WHERE id = @id", Read, cancel, ("id", id));

    /// <summary>The rotations of an account, the newest first.</summary>
    public static Task<List<Rotation>> OfAccountAsync(Session session, string accountId, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM rotation WHERE resource_id = @account ORDER BY id DESC LIMIT @limit", Read, cancel, ("account", accountId), ("limit", limit));

    /// <summary>Writes a rotation as it is now; that a consumer has confirmed meanwhile stays.</summary>
    public static Task SaveAsync(Session session, Rotation rotation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(rotation);
        var rows = new Rows(
            "id", "target", "resource_id", "key_id", "type", "way", "stage", "new_key_id", "keys_before", "attempted_at:int", "old_version:int", "new_version:int",
            "handed_over_at:int", "told_at:int", "confirmed_at:int", "seen_at:int", "overlap_until:int", "removed_at:int", "read_back", "probe", "result", "started_at:int",
            "ended_at:int", "correlation");
        var r = rotation;
        rows.Add(
            r.Id, r.Target, r.AccountId, r.KeyId, Words.Of(r.Type), Words.Of(r.Way), Words.Of(r.Stage), r.NewKeyId, JsonSerializer.Serialize(r.KeysBefore), At(r.AttemptedAt),
            (long?)r.OldVersion, (long?)r.NewVersion, At(r.HandedOverAt), At(r.ToldAt), At(r.ConfirmedAt), At(r.SeenAt), At(r.OverlapUntil), At(r.RemovedAt), r.ReadBack, r.Probe,
            r.Result is { } result ? Words.Of(result) : null, At(r.StartedAt), At(r.EndedAt), r.Correlation);
        return session.ExecuteAsync(
            $"INSERT INTO rotation ({Columns}) {{rows}} ON CONFLICT (id) DO UPDATE SET way = excluded.way, stage = excluded.stage, new_key_id = excluded.new_key_id, " +
            "keys_before = excluded.keys_before, attempted_at = excluded.attempted_at, old_version = excluded.old_version, new_version = excluded.new_version, " +
            "handed_over_at = excluded.handed_over_at, told_at = excluded.told_at, confirmed_at = coalesce(rotation.confirmed_at, excluded.confirmed_at), " +
            "seen_at = excluded.seen_at, overlap_until = excluded.overlap_until, removed_at = excluded.removed_at, read_back = excluded.read_back, " +
            "probe = excluded.probe, result = excluded.result, ended_at = excluded.ended_at",
            rows,
            cancel);
    }

    /// <summary>Notes that a consumer uses the new credential. Answers whether there is such a rotation, and a new credential handed over.</summary>
    public static async Task<bool> ConfirmAsync(Session session, string id, long now, CancellationToken cancel) => await session.ExecuteAsync(
        "UPDATE rotation SET confirmed_at = coalesce(confirmed_at, @now) WHERE id = @id AND handed_over_at IS NOT NULL", cancel, ("id", id), ("now", now)) > 0;

    private static long? At(Instant? at) => at?.ToMicroseconds();

    private static Rotation Read(DbDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetString(2), r.GetString(3), Words.Read<CredentialType>(r.GetString(4)), Words.Read<RotationWay>(r.GetString(5)),
        Microseconds.ToInstant(r.GetInt64(21)))
    {
        Stage = Words.Read<RotationStage>(r.GetString(6)),
        NewKeyId = Text(r, 7),
        KeysBefore = JsonSerializer.Deserialize<List<string>>(r.GetString(8))!,
        AttemptedAt = Time(r, 9),
        OldVersion = Number(r, 10),
        NewVersion = Number(r, 11),
        HandedOverAt = Time(r, 12),
        ToldAt = Time(r, 13),
        ConfirmedAt = Time(r, 14),
        SeenAt = Time(r, 15),
        OverlapUntil = Microseconds.ToInstant(r.GetInt64(16)),
        RemovedAt = Time(r, 17),
        ReadBack = Text(r, 18),
        Probe = Text(r, 19),
        Result = Text(r, 20) is { } result ? Words.Read<CredentialState>(result) : null,
        EndedAt = Time(r, 22),
        Correlation = r.GetString(23),
    };

    private static string? Text(DbDataReader r, int column) => r.IsDBNull(column) ? null : r.GetString(column);

    private static int? Number(DbDataReader r, int column) => r.IsDBNull(column) ? null : checked((int)r.GetInt64(column));

    private static Instant? Time(DbDataReader r, int column) => r.IsDBNull(column) ? null : Microseconds.ToInstant(r.GetInt64(column));
}
