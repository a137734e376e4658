namespace ScimBridge.Storage.Stores;

/// <summary>A campaign in which those who answer for some accounts confirm that they are needed. Instants are microseconds since 1970.</summary>
/// <param name="Id">The id.</param>
/// <param name="Filter">Which accounts, as a SCIM filter; null for all.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="RequestedAt">When.</param>
/// <param name="DueAt">Until when they are to answer.</param>
public sealed record Recertification(string Id, string? Filter, string RequestedBy, long RequestedAt, long DueAt)
{
    /// <summary>How many accounts are asked about.</summary>
    public long Asked { get; init; }

    /// <summary>How many of these were confirmed since.</summary>
    public long Attested { get; init; }

    /// <summary>How many of the others are in use no longer, or are gone.</summary>
    public long Ended { get; init; }
}

/// <summary>The campaigns.</summary>
public static class RecertificationStore
{
    private const string Columns =
        "c.id, c.filter, c.requested_by, c.requested_at, c.due_at, count(a.resource_id), " +
        "sum(CASE WHEN s.attested_at >= c.requested_at THEN 1 ELSE 0 END), " +
        "sum(CASE WHEN a.resource_id IS NOT NULL AND (s.resource_id IS NULL OR (coalesce(s.attested_at, 0) < c.requested_at AND s.use <> 'inUse')) THEN 1 ELSE 0 END) " +
        "FROM recertification c LEFT JOIN recertification_account a ON a.recertification_id = c.id " +
        "LEFT JOIN service_account s ON s.resource_id = a.resource_id";

    private const string Grouped = "GROUP BY c.id, c.filter, c.requested_by, c.requested_at, c.due_at";

    /// <summary>Adds a campaign.</summary>
    public static async Task AddAsync(Session session, Recertification campaign, IEnumerable<string> accountIds, CancellationToken cancel)
    {
        await session.ExecuteAsync(
            "INSERT INTO recertification (id, filter, requested_by, requested_at, due_at) VALUES (@id, @filter, @by, @at, @due)",
            cancel,
            ("id", campaign.Id), ("filter", campaign.Filter), ("by", campaign.RequestedBy), ("at", campaign.RequestedAt), ("due", campaign.DueAt));
        var rows = new Rows("recertification_id", "resource_id");
        foreach (var account in accountIds.Order(StringComparer.Ordinal))
            rows.Add(campaign.Id, account);
        await session.ExecuteAsync("INSERT INTO recertification_account (recertification_id, resource_id) {rows}", rows, cancel);
    }

    /// <summary>The campaign, and how far it is; null where there is none of that id.</summary>
    public static Task<Recertification?> FindAsync(Session session, string id, CancellationToken cancel) =>
        session.FirstAsync($"SELECT {Columns} WHERE c.id = @id {Grouped}", Read, cancel, ("id", id));

    /// <summary>The campaigns, newest first, at most <paramref name="limit"/> before <paramref name="before"/>.</summary>
    public static async Task<List<Recertification>> ListAsync(Session session, string? before, int limit, CancellationToken cancel) =>
        [.. (await session.QueryAsync(
            $"SELECT {Columns} WHERE (@before = '' OR c.id < @before) {Grouped} ORDER BY c.id DESC LIMIT @limit",
            Read,
            cancel,
            ("before", before ?? ""), ("limit", limit))).OfType<Recertification>()];

    private static Recertification? Read(System.Data.Common.DbDataReader r) => new(
        r.GetString(0), r.IsDBNull(1) ? null : r.GetString(1), r.GetString(2), r.GetInt64(3), r.GetInt64(4))
    {
        Asked = r.GetInt64(5), Attested = r.IsDBNull(6) ? 0 : r.GetInt64(6), Ended = r.IsDBNull(7) ? 0 : r.GetInt64(7),
    };
}
