using NodaTime;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Asks a source for what it has, when it is time, and notes what it fetched as a batch. Where the fetch goes on next is noted only when
/// that batch has been read, so that nothing is passed over.
/// </summary>
public sealed class PullSource : IDrain
{
    // A batch that is being read comes first: what it says is older.
    private static readonly Duration WhileReading = Duration.FromSeconds(5);
    private readonly BridgeConfiguration _configuration;
    private readonly Database _database;
    private readonly Intake _intake;
    private readonly IClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<PullSource> _log;

    /// <summary>Creates the drain.</summary>
    public PullSource(
        BridgeConfiguration configuration, Database database, Intake intake, IClock clock, TimeProvider time, ILogger<PullSource> log)
    {
        _configuration = configuration;
        _database = database;
        _intake = intake;
        _clock = clock;
        _time = time;
        _log = log;
    }

    /// <inheritdoc/>
    public DrainKind Kind => DrainKind.PullSource;

    /// <inheritdoc/>
    public async Task<Instant?> RunAsync(string name, Lease lease, CancellationToken cancel)
    {
        var source = _configuration.Sources.First(s => s.Name == name);
        if (source.Kind.Pull is null)
            return null;
        var state = await _database.ReadAsync(s => SourceStore.FindAsync(s, name, cancel), cancel);
        var now = _clock.GetCurrentInstant();
        if (state.PullAt is { } due && Microseconds.ToInstant(due) is var at && at > now)
            return at;
        if (await _database.ReadAsync(s => BatchStore.NextAsync(s, name, cancel), cancel) is not null)
            return now + WhileReading;
        var next = now + Duration.FromMinutes(source.Settings.PullEveryMinutes);
        var error = await PullAsync(source, state, next, lease, cancel);
        if (error is not null)
            _log.PullFailed(name, error);
        return next;
    }

    private async Task<string?> PullAsync(ConfiguredSource source, SourceState state, Instant next, Lease lease, CancellationToken cancel)
    {
        var path = _intake.NewSpoolFile();
        var kept = false;
        try
        {
            using var pull = source.Kind.Pull!(source.Options, _time);
            PullResult result;
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                result = await pull.FetchAsync(file, state.Cursor is { } cursor ? new PullCursor(cursor) : null, cancel);
                file.Flush(flushToDisk: true);
            }

            if (result.Mode == PullMode.Nothing || result is { Mode: PullMode.Delta, Rows: 0 })
            {
                await _database.WriteAsync(
                    async s =>
                    {
                        await NoteAsync(s);
                        await SourceStore.HeardAsync(s, source.Name, result.AsOf.ToMicroseconds(), cancel);
                        await SourceStore.AdvanceAsync(s, source.Name, result.Next?.Text ?? state.Cursor, cancel);
                    },
                    cancel);
                return null;
            }

            await _intake.AddPulledAsync(source.Name, path, result, NoteAsync, cancel);
            kept = true;
            return null;
        }
        catch (FeedException e)
        {
            await _database.WriteAsync(
                async s =>
                {
                    await lease.HoldAsync(s, cancel);
                    await SourceStore.PullAtAsync(s, source.Name, next.ToMicroseconds(), e.Message, cancel);
                },
                cancel);
            return e.Message;
        }
        finally
        {
            if (!kept)
                File.Delete(path);
        }

        async Task NoteAsync(Session session)
        {
            await lease.HoldAsync(session, cancel);
            await SourceStore.PullAtAsync(session, source.Name, next.ToMicroseconds(), error: null, cancel);
        }
    }
}
