using System.Data.Common;
using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Storage.Stores;

/// <summary>The streams of Shared Signals: those that the configuration declares, and those that clients made.</summary>
public static class SignalStreamStore
{
    private const string Columns =
        "id, owner, audience, endpoint, events, format, issuer, placement, credential, requested, description, status, reason, created_at, " +
        "verified_at, attempts, retry_at, failure";

    private static readonly (SubjectFormat Format, string Word)[] Formats =
    [
        (SubjectFormat.IssuerSubject, "iss_sub"), (SubjectFormat.Email, "email"), (SubjectFormat.Opaque, "opaque"), (SubjectFormat.Scim, "scim"),
    ];

    /// <summary>Adds a stream.</summary>
    /// <exception cref="UniquenessException">Raised by the transaction: the client has one.</exception>
    public static Task AddAsync(Session session, SignalStreamRow stream, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO signal_stream (id, owner, audience, endpoint, events, format, issuer, placement, credential, requested, description, status, created_at) " +
        "VALUES (@id, @owner, @audience, @endpoint, @events, @format, @issuer, @placement, @credential, @requested, @description, @status, @created)",
        cancel,
        [.. Values(stream), ("owner", stream.Owner), ("status", stream.Status), ("created", stream.CreatedAt)]);

    /// <summary>Writes what its owner or the configuration says of a stream; its status, and what waits for it, stay. False where there is none.</summary>
    public static async Task<bool> UpdateAsync(Session session, SignalStreamRow stream, CancellationToken cancel) => await session.ExecuteAsync(
        "UPDATE signal_stream SET audience = @audience, endpoint = @endpoint, events = @events, format = @format, issuer = @issuer, " +
        "placement = @placement, credential = @credential, requested = @requested, description = @description, " +
        // Where another address or credential is given, nobody waits for what failed with the old one.
        "retry_at = NULL WHERE id = @id",
        cancel,
        Values(stream)) > 0;

    /// <summary>The stream, or null.</summary>
    public static Task<SignalStreamRow?> FindAsync(Session session, string id, CancellationToken cancel) =>
        session.FirstAsync<SignalStreamRow?>($"SELECT {Columns} FROM signal_stream WHERE id = @id", Read, cancel, ("id", id));

    /// <summary>The same for a transaction that will write it: nobody else writes it until the transaction ends.</summary>
    public static Task<SignalStreamRow?> HoldAsync(Session session, string id, CancellationToken cancel) => session.FirstAsync<SignalStreamRow?>(
        $"SELECT {Columns} FROM signal_stream WHERE id = @id{session.Dialect.ForWriting}", Read, cancel, ("id", id));

    /// <summary>All streams: those of the configuration first, then in the order in which they were made.</summary>
    public static Task<List<SignalStreamRow>> ListAsync(Session session, CancellationToken cancel) =>
        session.QueryAsync($"SELECT {Columns} FROM signal_stream ORDER BY owner IS NOT NULL, created_at, id", Read, cancel);

    /// <summary>The streams that a client made.</summary>
    public static Task<List<SignalStreamRow>> OfOwnerAsync(Session session, string owner, CancellationToken cancel) =>
        session.QueryAsync($"SELECT {Columns} FROM signal_stream WHERE owner = @owner ORDER BY id", Read, cancel, ("owner", owner));

    /// <summary>Gives a stream another status. What waits for one that is disabled is dropped.</summary>
    public static async Task SetStatusAsync(Session session, string id, string status, string? reason, CancellationToken cancel)
    {
        await session.ExecuteAsync(
            "UPDATE signal_stream SET status = @status, reason = @reason, attempts = 0, retry_at = NULL, failure = NULL WHERE id = @id",
            cancel,
            ("id", id), ("status", status), ("reason", reason));
        if (status == SignalStreamRow.Disabled)
            await session.ExecuteAsync("DELETE FROM signal WHERE stream = @id AND refused IS NULL", cancel, ("id", id));
    }

    /// <summary>Notes that the receiver asked for a verification; false where it did so after that instant already.</summary>
    public static async Task<bool> VerifyAsync(Session session, string id, long now, long notAfter, CancellationToken cancel) => await session.ExecuteAsync(
        "UPDATE signal_stream SET verified_at = @now WHERE id = @id AND (verified_at IS NULL OR verified_at <= @after)",
        cancel,
        ("id", id), ("now", now), ("after", notAfter)) > 0;

    /// <summary>Notes that the receiver takes what is pushed.</summary>
    public static Task TakenAsync(Session session, string id, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE signal_stream SET attempts = 0, retry_at = NULL, failure = NULL WHERE id = @id AND (attempts > 0 OR failure IS NOT NULL)",
        cancel,
        ("id", id));

    /// <summary>Notes that nothing could be pushed, how often in a row, why, and until when nothing is tried.</summary>
    public static Task WaitAsync(Session session, string id, long until, int attempts, string reason, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE signal_stream SET attempts = @attempts, retry_at = @until, failure = @reason WHERE id = @id",
        cancel,
        ("id", id), ("until", until), ("attempts", (long)attempts), ("reason", reason));

    /// <summary>Streams that are pushed to and have something to be told, with when to: at once where that is null.</summary>
    public static Task<List<(string Id, long? At)>> DueAsync(Session session, CancellationToken cancel) => session.QueryAsync(
        "SELECT id, retry_at FROM signal_stream AS t WHERE endpoint IS NOT NULL AND EXISTS (SELECT 1 FROM signal AS s WHERE s.stream = t.id " +
        "AND s.refused IS NULL AND (t.status = 'enabled' OR s.event = @event))",
        r => (r.GetString(0), r.IsDBNull(1) ? (long?)null : r.GetInt64(1)),
        cancel,
        ("event", SignalEvents.UriOf(SignalType.StreamUpdated)));

    /// <summary>Streams that fetch nothing, or rest, while something has waited for them since before an instant.</summary>
    public static Task<List<string>> IdleAsync(Session session, long before, CancellationToken cancel) => session.QueryAsync(
        "SELECT id FROM signal_stream AS t WHERE status <> 'disabled' AND (endpoint IS NULL OR status = 'paused') AND (SELECT s.at FROM signal AS s " +
        "WHERE s.stream = t.id AND s.refused IS NULL ORDER BY s.seq LIMIT 1) < @before ORDER BY id",
        r => r.GetString(0),
        cancel,
        ("before", before));

    /// <summary>Deletes a stream, and all that waits for it.</summary>
    public static async Task DeleteAsync(Session session, string id, CancellationToken cancel)
    {
        await session.ExecuteAsync("DELETE FROM signal_stream WHERE id = @id", cancel, ("id", id));
        await session.ExecuteAsync("DELETE FROM signal WHERE stream = @id", cancel, ("id", id));
    }

    /// <summary>Tells a stream nothing more of a resource. What waits already is told.</summary>
    public static Task ExcludeAsync(Session session, string id, string resourceId, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO signal_exclusion (stream, resource_id) SELECT @id, r.id FROM resource AS r WHERE r.id = @resource ON CONFLICT (stream, resource_id) DO NOTHING",
        cancel,
        ("id", id), ("resource", resourceId));

    /// <summary>Tells a stream of a resource again.</summary>
    public static Task IncludeAsync(Session session, string id, string resourceId, CancellationToken cancel) => session.ExecuteAsync(
        "DELETE FROM signal_exclusion WHERE stream = @id AND resource_id = @resource", cancel, ("id", id), ("resource", resourceId));

    private static (string Name, object? Value)[] Values(SignalStreamRow s) =>
    [
        ("id", s.Id), ("audience", s.Audience), ("endpoint", s.Endpoint), ("events", string.Join(' ', s.Events.Select(SignalEvents.UriOf))),
        ("format", WordOf(s.Rule.Format)), ("issuer", s.Rule.Issuer), ("placement", s.Rule.Placement == SubjectPlacement.Event ? "event" : "subId"),
        ("credential", s.Credential), ("requested", s.Requested), ("description", s.Description),
    ];

    /// <summary>The events in a column. One that an earlier version knew and this one does not is passed over.</summary>
    internal static IReadOnlyCollection<SignalType> EventsOf(string column) =>
        [.. column.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(SignalEvents.Find).OfType<SignalType>()];

    /// <summary>The word of a format.</summary>
    internal static string WordOf(SubjectFormat format) => Array.Find(Formats, f => f.Format == format).Word;

    private static SignalStreamRow Read(DbDataReader r)
    {
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        long? Number(int column) => r.IsDBNull(column) ? null : r.GetInt64(column);
        var rule = new SubjectRule(
            Array.Find(Formats, f => f.Word == r.GetString(5)).Format, r.GetString(7) == "event" ? SubjectPlacement.Event : SubjectPlacement.SubId, Text(6));
        return new SignalStreamRow(r.GetString(0), Text(1), r.GetString(2), Text(3), EventsOf(r.GetString(4)), rule)
        {
            Credential = Text(8),
            Requested = Text(9),
            Description = Text(10),
            Status = r.GetString(11),
            Reason = Text(12),
            CreatedAt = r.GetInt64(13),
            VerifiedAt = Number(14),
            Attempts = (int)r.GetInt64(15),
            RetryAt = Number(16),
            Failure = Text(17),
        };
    }
}
