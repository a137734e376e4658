using System.Security.Cryptography;
using NodaTime;
using ScimBridge.Connectors.Sources.Pulling;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>What a sender says of a batch.</summary>
/// <param name="Mode"><c>full</c> or <c>delta</c>.</param>
public sealed record Manifest(string Mode)
{
    /// <summary><c>csv</c>, <c>json</c> or <c>ndjson</c>; null for what the source reads.</summary>
    public string? Format { get; init; }

    /// <summary>The instant as of which it was made; null for now.</summary>
    public Instant? AsOf { get; init; }

    /// <summary>How many rows there are. A full batch that has them has proved itself complete.</summary>
    public long? ExpectedRows { get; init; }

    /// <summary>SHA-256 of the bytes, hex, lower case.</summary>
    public string? Checksum { get; init; }

    /// <summary>The sender's own key: the same key is the same batch.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>Its records state only what changes.</summary>
    public bool Partial { get; init; }

    /// <summary>Nothing is to be written.</summary>
    public bool DryRun { get; init; }
}

/// <summary>The bytes of a batch are not what their sender says.</summary>
public sealed class ManifestException : Exception
{
    /// <summary>Creates the exception.</summary>
    public ManifestException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public ManifestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception.</summary>
    public ManifestException()
    {
    }
}

/// <summary>Takes batches in: once a batch is noted it will be read, whatever happens to the process.</summary>
public sealed class Intake
{
    private const int ChunkSize = 81_920;
    private readonly BridgeConfiguration _configuration;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly IAlarm _alarm;

    /// <summary>Creates the intake.</summary>
    public Intake(BridgeConfiguration configuration, Database database, IClock clock, IAlarm alarm)
    {
        _configuration = configuration;
        _database = database;
        _clock = clock;
        _alarm = alarm;
    }

    /// <summary>Notes a file of somebody else's as a batch; answers with the batch's id.</summary>
    public async Task<string> AddFileAsync(string source, string path, Manifest manifest, CancellationToken cancel)
    {
        var checksum = await ChecksumAsync(path, cancel);
        Check(manifest, checksum);
        return await AddAsync(NewId(), source, Path.GetFullPath(path), Path.GetFileName(path), manifest, checksum, spooled: false, cancel);
    }

    /// <summary>Copies what is handed in, then notes the copy as a batch; answers with the batch's id, or with that of the same key.</summary>
    /// <exception cref="ManifestException">The checksum is another, or the key is that of other bytes.</exception>
    public async Task<string> AddStreamAsync(string source, Stream content, Manifest manifest, CancellationToken cancel)
    {
        var path = NewSpoolFile();
        var id = Path.GetFileName(path);
        var kept = false;
        try
        {
            var checksum = await CopyAsync(content, path, cancel);
            Check(manifest, checksum);
            if (await SameAsync(source, manifest, checksum, cancel) is { } same)
                return same;
            try
            {
                await AddAsync(id, source, path, "batch " + id, manifest, checksum, spooled: true, cancel);
                kept = true;
                return id;
            }
            catch (UniquenessException e)
            {
                // Sent twice at once: the other one was first.
                return await SameAsync(source, manifest, checksum, cancel) ?? throw new ManifestException("The batch was sent twice at once.", e);
            }
        }
        finally
        {
            if (!kept)
                File.Delete(path);
        }
    }

    /// <summary>A file of its own in the spool, for bytes that are about to be fetched.</summary>
    public string NewSpoolFile()
    {
        var spool = _configuration.Locate(_configuration.Options.Storage.Spool);
        Directory.CreateDirectory(spool);
        return Path.Combine(spool, NewId());
    }

    /// <summary>Notes what was fetched into a file of the spool as a batch, which the file belongs to from then on.</summary>
    public async Task<string> AddPulledAsync(
        string source, string path, PullResult result, Func<Session, Task> also, CancellationToken cancel)
    {
        var checksum = await ChecksumAsync(path, cancel);
        var batch = new Batch(
            Path.GetFileName(path), source, path, result.Name, result.Mode == PullMode.Full ? "full" : "delta", Spooled: true, "waiting", Error: null, default)
        {
            AsOf = result.AsOf.ToMicroseconds(),
            // That a document ended well says nothing about who was left out of it.
            ExpectedRows = result.Completeness >= Completeness.LastPage ? result.Rows : null,
            Checksum = checksum,
            Format = result.Format.ToString().ToLowerInvariant(),
            PullCursor = result.Next?.Text,
        };
        await _database.WriteAsync(
            async s =>
            {
                await BatchStore.AddAsync(s, batch, _clock.GetCurrentInstant().ToMicroseconds(), cancel);
                await also(s);
            },
            cancel);
        _alarm.Wake(new DrainKey(DrainKind.ReadSource, source));
        return batch.Id;
    }

    /// <summary>Copies to a new file; answers with the checksum of what arrived.</summary>
    internal static async Task<string> CopyAsync(Stream content, string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var chunk = new byte[ChunkSize];
        int read;
        while ((read = await content.ReadAsync(chunk, cancel)) > 0)
        {
            hash.AppendData(chunk, 0, read);
            await file.WriteAsync(chunk.AsMemory(0, read), cancel);
        }

        file.Flush(flushToDisk: true);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // SHA256.HashDataAsync would take 4 KiB at a time, each by way of another thread.
    private static async Task<string> ChecksumAsync(string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        var chunk = new byte[ChunkSize];
        int read;
        while ((read = await file.ReadAsync(chunk, cancel)) > 0)
            hash.AppendData(chunk, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Check(Manifest manifest, string checksum)
    {
        if (manifest.Checksum is { } said && said != checksum)
            throw new ManifestException($"The checksum of what arrived is {checksum}: something was lost on the way.");
    }

    private async Task<string?> SameAsync(string source, Manifest manifest, string checksum, CancellationToken cancel)
    {
        if (manifest.IdempotencyKey is not { } key
            || await _database.ReadAsync(s => BatchStore.OfKeyAsync(s, source, key, cancel), cancel) is not { } same)
            return null;
        return same.Checksum == checksum ? same.Id : throw new ManifestException("The key was used for other bytes.");
    }

    private string NewId() => ResourceId.New(_clock.GetCurrentInstant());

    private async Task<string> AddAsync(
        string id, string source, string path, string name, Manifest manifest, string checksum, bool spooled, CancellationToken cancel)
    {
        var batch = new Batch(id, source, path, name, manifest.Mode, spooled, "waiting", Error: null, default)
        {
            AsOf = manifest.AsOf?.ToMicroseconds(),
            ExpectedRows = manifest.ExpectedRows,
            Checksum = checksum,
            IdempotencyKey = manifest.IdempotencyKey,
            Format = manifest.Format,
            DryRun = manifest.DryRun,
            Partial = manifest.Partial,
        };
        await _database.WriteAsync(
            s => BatchStore.AddAsync(s, batch, _clock.GetCurrentInstant().ToMicroseconds(), cancel), cancel);
        _alarm.Wake(new DrainKey(DrainKind.ReadSource, source));
        return id;
    }
}
