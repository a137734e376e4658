using System.Data.Common;
using System.Text.Json;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Lifecycle;

namespace ScimBridge.Storage.Stores;

/// <summary>A delivery that did not succeed.</summary>
/// <param name="ResourceId">The resource whose account it is about, or the group.</param>
/// <param name="MemberId">The member; empty where it is about the account itself.</param>
/// <param name="Type">The type of the resource; null where it is no more.</param>
/// <param name="Name">The user name or the group's name; null where the resource is no more.</param>
/// <param name="RemoteId">The account at the target; null where there is none yet.</param>
/// <param name="Lane">The lane.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Since">When the oldest undelivered change was made, in microseconds since 1970.</param>
/// <param name="TriedAt">When it was tried last, in microseconds since 1970.</param>
/// <param name="RetryAt">When it is tried again, in microseconds since 1970; null where it is refused for good.</param>
/// <param name="Reason">What happened, in a sentence.</param>
/// <param name="Failure">The call, and what to do; null where it was tried by an earlier version.</param>
/// <param name="Correlation">What it belongs to, from the HR batch or request on.</param>
public sealed record FailedDelivery(
    string ResourceId,
    string MemberId,
    string? Type,
    string? Name,
    string? RemoteId,
    Lane Lane,
    long Attempts,
    long Since,
    long? TriedAt,
    long? RetryAt,
    string? Reason,
    CallFailure? Failure,
    string Correlation);

/// <summary>The deliveries that did not succeed: refused for good, or to be tried again.</summary>
public static class FailureStore
{
    private const int NameColumn = 13;

    /// <summary>Failed deliveries of a target in order of their resources.</summary>
    /// <param name="session">The session.</param>
    /// <param name="target">The target.</param>
    /// <param name="isDead">Those that are refused for good; otherwise those that are tried again.</param>
    /// <param name="code">Only with this code; null for all.</param>
    /// <param name="after">Resource and member after which the list begins.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancel">Ends it.</param>
    public static Task<List<FailedDelivery>> ListAsync(
        Session session, string target, bool isDead, string? code, (string ResourceId, string MemberId) after, int limit, CancellationToken cancel) =>
        session.QueryAsync(
            "SELECT d.resource_id, d.member_id, r.type, l.remote_id, d.lane, d.attempts + d.denied, d.since, d.tried_at, d.due_at, d.dead, d.reason, " +
            $"d.failure, d.correlation, {session.Dialect.JsonText(session.Dialect.JsonOf("r.body"), "userName")}, " +
            $"{session.Dialect.JsonText(session.Dialect.JsonOf("r.body"), "displayName")} FROM due d " +
            "LEFT JOIN resource r ON r.id = d.resource_id LEFT JOIN link l ON l.target = d.target AND l.resource_id = d.resource_id " +
            $"WHERE d.target = @target AND {(isDead ? "d.dead" : "NOT d.dead AND d.attempts + d.denied > 0")} AND (CAST(@code AS text) IS NULL OR d.code = @code) " +
            "AND (d.resource_id, d.member_id) > (@resource, @member) ORDER BY d.resource_id, d.member_id LIMIT @limit",
            Read,
            cancel,
            ("target", target), ("code", code), ("resource", after.ResourceId), ("member", after.MemberId), ("limit", limit));

    /// <summary>
    /// Tries refused deliveries again, from now on: those of the given resources, those with a code, or all; answers with how many that are.
    /// </summary>
    public static Task<int> RetryAsync(
        Session session, string target, IReadOnlyCollection<string>? resourceIds, string? code, long now, CancellationToken cancel) =>
        session.ExecuteAsync(
            "UPDATE due SET dead = false, due_at = @now, attempts = 0, denied = 0, generation = generation + 1 WHERE target = @target AND dead " +
            $"AND (CAST(@code AS text) IS NULL OR code = @code){(resourceIds is null ? "" : " AND " + session.Dialect.In("resource_id", "@ids"))}",
            cancel,
            ("target", target), ("now", now), ("code", code), ("ids", resourceIds ?? []));

    private static FailedDelivery Read(DbDataReader r)
    {
        string? Text(int column) => r.IsDBNull(column) ? null : r.GetString(column);
        long? Number(int column) => r.IsDBNull(column) ? null : r.GetInt64(column);
        return new FailedDelivery(
            r.GetString(0), r.GetString(1), Text(2), Text(NameColumn) ?? Text(NameColumn + 1), Text(3), (Lane)r.GetInt32(4), r.GetInt64(5), r.GetInt64(6),
            Number(7), r.GetBoolean(9) ? null : r.GetInt64(8), Text(10),
            Text(11) is { } failure ? JsonSerializer.Deserialize<CallFailure>(failure) : null, r.GetString(12));
    }
}
