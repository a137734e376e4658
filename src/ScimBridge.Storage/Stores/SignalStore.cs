using System.Data.Common;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Signals;

namespace ScimBridge.Storage.Stores;

/// <summary>A signal that a stream is to be told.</summary>
/// <param name="Seq">Its place: what happened first is told first.</param>
/// <param name="Id">The id of its token (<c>jti</c>), the same however often it is told.</param>
/// <param name="Stream">The stream.</param>
/// <param name="Signal">What happened.</param>
/// <param name="Refused">Why the receiver did not take it; null while it is to be told.</param>
public sealed record QueuedSignal(long Seq, string Id, string Stream, Signal Signal, string? Refused = null);

/// <summary>What streams of Shared Signals are to be told, written with the decision that it is about.</summary>
public static class SignalStore
{
    private const string Columns = "seq, id, stream, event, type, resource_id, at, correlation, data, former, refused";

    /// <summary>
    /// Writes what happened for each stream that wants to hear of it, in the transaction in which it happens. For where the configuration has signals:
    /// elsewhere nobody would ever tell it.
    /// </summary>
    /// <returns>The streams that are pushed to and have something to be told, for whoever wakes what transmits.</returns>
    public static async Task<IReadOnlyCollection<string>> AppendAsync(Session session, IReadOnlyCollection<Signal> signals, CancellationToken cancel)
    {
        if (signals.Count == 0)
            return [];
        var wanted = await WantedSignals.ReadAsync(session, cancel);
        await wanted.LookUpAsync(session, signals, cancel);
        return await AppendAsync(session, wanted, signals, cancel);
    }

    /// <summary>Writes what one stream is told of itself.</summary>
    public static Task AppendAsync(Session session, string stream, Signal signal, CancellationToken cancel)
    {
        var rows = NewRows();
        Add(rows, stream, signal);
        return InsertAsync(session, rows, cancel);
    }

    /// <summary>What waits for a stream, first things first, at most <paramref name="limit"/>; of a stream that rests, what it is told of itself.</summary>
    public static Task<List<QueuedSignal>> WaitingAsync(Session session, SignalStreamRow stream, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM signal WHERE stream = @stream AND refused IS NULL" +
        (stream.Status == SignalStreamRow.Enabled ? "" : " AND event = @event") + " ORDER BY seq LIMIT @limit",
        Read,
        cancel,
        stream.Status == SignalStreamRow.Enabled
            ? [("stream", stream.Id), ("limit", limit)]
            : [("stream", stream.Id), ("limit", limit), ("event", SignalEvents.UriOf(SignalType.StreamUpdated))]);

    /// <summary>What the receiver of a stream did not take, newest first, at most <paramref name="limit"/>.</summary>
    public static Task<List<QueuedSignal>> RefusedAsync(Session session, string stream, int limit, CancellationToken cancel) => session.QueryAsync(
        $"SELECT {Columns} FROM signal WHERE stream = @stream AND refused IS NOT NULL ORDER BY seq DESC LIMIT @limit",
        Read,
        cancel,
        ("stream", stream), ("limit", limit));

    /// <summary>How many wait for a stream, and how many its receiver did not take.</summary>
    public static async Task<(long Waiting, long Refused)> CountAsync(Session session, string stream, CancellationToken cancel) => (
        await session.FirstAsync("SELECT count(*) FROM signal WHERE stream = @stream AND refused IS NULL", r => r.GetInt64(0), cancel, ("stream", stream)),
        await session.FirstAsync("SELECT count(*) FROM signal WHERE stream = @stream AND refused IS NOT NULL", r => r.GetInt64(0), cancel, ("stream", stream)));

    /// <summary>Notes that the receiver of a stream has them; those of other streams stay.</summary>
    public static Task TakenAsync(Session session, string stream, IReadOnlyCollection<string> ids, CancellationToken cancel) => ids.Count == 0
        ? Task.CompletedTask
        : session.ExecuteAsync(TakenSql(session.Dialect), cancel, ("stream", stream), ("ids", ids));

    /// <summary>Notes that the receiver of a stream did not take one, and why. Whom it was about is then known by id alone.</summary>
    public static Task RefuseAsync(Session session, string stream, string id, string reason, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE signal SET refused = @reason, former = NULL WHERE stream = @stream AND id = @id AND refused IS NULL",
        cancel,
        ("stream", stream), ("id", id), ("reason", reason));

    /// <summary>Gives up what has waited for a stream since before an instant; answers with how many these are.</summary>
    public static Task<int> GiveUpAsync(Session session, string stream, long before, string reason, CancellationToken cancel) => session.ExecuteAsync(
        "UPDATE signal SET refused = @reason, former = NULL WHERE stream = @stream AND refused IS NULL AND at < @before",
        cancel,
        ("stream", stream), ("before", before), ("reason", reason));

    /// <summary>Forgets what happened before an instant and was not taken.</summary>
    public static Task ForgetAsync(Session session, string stream, long before, CancellationToken cancel) => session.ExecuteAsync(
        "DELETE FROM signal WHERE stream = @stream AND refused IS NOT NULL AND at < @before", cancel, ("stream", stream), ("before", before));

    /// <summary>Writes what happened for each of the streams that wants to hear of it.</summary>
    internal static async Task<IReadOnlyCollection<string>> AppendAsync(
        Session session, WantedSignals wanted, IReadOnlyCollection<Signal> signals, CancellationToken cancel)
    {
        var rows = NewRows();
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var signal in signals)
        {
            foreach (var stream in wanted.Of(signal))
            {
                // An address is kept where it will be asked for, and nowhere else.
                var former = stream.ByAddress || signal.Type == SignalType.IdentifierChanged ? signal.FormerAddress : null;
                Add(rows, stream.Id, signal with { FormerAddress = former });
                if (stream.IsPushed)
                    told.Add(stream.Id);
            }
        }

        await InsertAsync(session, rows, cancel);
        return told;
    }

    /// <summary>What waits about these accounts goes on meaning the address that they have had so far.</summary>
    internal static Task KeepAddressesAsync(Session session, IEnumerable<(string ResourceId, string Address)> addresses, CancellationToken cancel)
    {
        var rows = new Rows("resource_id", "address");
        foreach (var (id, address) in addresses)
            rows.Add(id, address);
        return session.ExecuteAsync(
            "UPDATE signal SET former = v.address FROM ({rows}) AS v WHERE signal.resource_id = v.resource_id AND signal.refused IS NULL " +
            "AND signal.former IS NULL AND signal.stream IN (SELECT id FROM signal_stream WHERE format = 'email')",
            rows,
            cancel);
    }

    /// <summary>The statement of <see cref="TakenAsync"/>: it runs for each that is told, however many wait.</summary>
    internal static string TakenSql(Dialect dialect) => $"DELETE FROM signal WHERE stream = @stream AND refused IS NULL AND {dialect.In("id", "@ids")}";

    private static Rows NewRows() => new("id", "stream", "event", "type", "resource_id", "at:int", "correlation", "data", "former");

    private static void Add(Rows rows, string stream, Signal s) => rows.Add(
        Guid.NewGuid().ToString("N"), stream, SignalEvents.UriOf(s.Type), s.ResourceType, s.ResourceId, s.At.ToMicroseconds(), s.Correlation, Data(s),
        s.FormerAddress);

    private static Task<long> InsertAsync(Session session, Rows rows, CancellationToken cancel) => session.ExecuteAsync(
        "INSERT INTO signal (id, stream, event, type, resource_id, at, correlation, data, former) {rows}", rows, cancel);

    private static string Data(Signal s)
    {
        var data = new JsonObject();
        if (s.Cause != SignalCause.Change)
            data["cause"] = s.Cause.ToString();
        if (s.Initiator != SignalInitiator.Policy)
            data["by"] = s.Initiator.ToString();
        if (s.Attributes.Count > 0)
            data["attributes"] = new JsonArray([.. s.Attributes.Select(a => (JsonNode)a)]);
        if (s.Version is { } version)
            data["version"] = version;
        if (s.Credential is { } credential)
            data["credential"] = new JsonArray(credential.CredentialType, credential.ChangeType);
        if (s.Notice is { } notice)
            data["notice"] = new JsonArray(notice.State, notice.Status, notice.Reason);
        return data.ToJsonString();
    }

    private static QueuedSignal Read(DbDataReader r)
    {
        var data = JsonNode.Parse(r.GetString(8))!.AsObject();
        var signal = new Signal(
            SignalEvents.Find(r.GetString(3)) ?? throw new InvalidOperationException($"There is no event {r.GetString(3)}."),
            r.GetString(4), r.GetString(5), Microseconds.ToInstant(r.GetInt64(6)), r.GetString(7))
        {
            Cause = data["cause"] is { } cause ? Enum.Parse<SignalCause>((string)cause!) : SignalCause.Change,
            Initiator = data["by"] is { } by ? Enum.Parse<SignalInitiator>((string)by!) : SignalInitiator.Policy,
            Attributes = data["attributes"] is JsonArray names ? [.. names.Select(n => (string)n!)] : [],
            Version = (long?)data["version"],
            Credential = data["credential"] is JsonArray c ? new CredentialChange((string)c[0]!, (string)c[1]!) : null,
            Notice = data["notice"] is JsonArray n ? new StreamNotice((string?)n[0], (string?)n[1], (string?)n[2]) : null,
            FormerAddress = r.IsDBNull(9) ? null : r.GetString(9),
        };
        return new QueuedSignal(r.GetInt64(0), r.GetString(1), r.GetString(2), signal, r.IsDBNull(10) ? null : r.GetString(10));
    }
}
