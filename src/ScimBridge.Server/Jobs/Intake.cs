using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Takes batches in: once a batch is noted it will be read, whatever happens to the process.</summary>
public sealed class Intake
{
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
    public Task<string> AddFileAsync(string source, string path, string mode, CancellationToken cancel) =>
        AddAsync(ResourceId.New(_clock.GetCurrentInstant()), source, Path.GetFullPath(path), Path.GetFileName(path), mode, spooled: false, cancel);

    /// <summary>Copies what is handed in, then notes the copy as a batch; answers with the batch's id.</summary>
    public async Task<string> AddStreamAsync(string source, Stream content, string mode, CancellationToken cancel)
    {
        var id = ResourceId.New(_clock.GetCurrentInstant());
        var spool = _configuration.Locate(_configuration.Options.Storage.Spool);
        Directory.CreateDirectory(spool);
        var path = Path.Combine(spool, id);
        try
        {
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await content.CopyToAsync(file, cancel);
                file.Flush(flushToDisk: true);
            }

            return await AddAsync(id, source, path, "batch " + id, mode, spooled: true, cancel);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private async Task<string> AddAsync(
        string id, string source, string path, string name, string mode, bool spooled, CancellationToken cancel)
    {
        var batch = new Batch(id, source, path, name, mode, spooled, "waiting", Error: null, default);
        await _database.WriteAsync(
            s => BatchStore.AddAsync(s, batch, _clock.GetCurrentInstant().ToMicroseconds(), cancel), cancel);
        _alarm.Wake(new DrainKey(DrainKind.ReadSource, source));
        return id;
    }
}
