using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Makes evidence packs, and finds them again. A pack is a file; one that was not finished is no pack.</summary>
public sealed class EvidencePacks
{
    private const int BufferSize = 131_072;
    private readonly BridgeConfiguration _configuration;
    private readonly SigningKeys _keys;
    private readonly Seal _seal;
    private readonly Database _database;
    private readonly IClock _clock;
    private readonly string _folder;

    /// <summary>Creates it.</summary>
    public EvidencePacks(BridgeConfiguration configuration, SigningKeys keys, Seal seal, Database database, IClock clock)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
        _keys = keys;
        _seal = seal;
        _database = database;
        _clock = clock;
        _folder = configuration.Locate(configuration.Options.Journal.Packs);
    }

    /// <summary>Makes a pack.</summary>
    /// <param name="request">What it is to be evidence of.</param>
    /// <param name="issuer">The address of the bridge.</param>
    /// <param name="by">Who has it made.</param>
    /// <param name="correlation">The request that it goes back to.</param>
    /// <param name="cancel">Gives up; then there is no pack.</param>
    public async Task<StoredPack> MakeAsync(PackRequest request, string issuer, string by, string correlation, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(request);
        // What has happened until now is in it, and covered by an anchor.
        await _seal.FinishAsync(cancel);
        var now = _clock.GetCurrentInstant();
        var id = ResourceId.New(now);
        Directory.CreateDirectory(_folder);
        var path = PathOf(id);
        try
        {
            var (figures, checksum, bytes) = await WriteAsync(path + ".tmp", id, request, issuer, now, cancel);
            File.Move(path + ".tmp", path);
            var pack = new StoredPack(
                id, request.From.ToMicroseconds(), request.Until.ToMicroseconds(), Scope(request), now.ToMicroseconds(), by, bytes, checksum, figures.ToJsonString());
            var data = new JsonObject
            {
                ["from"] = InstantPattern.ExtendedIso.Format(request.From), ["until"] = InstantPattern.ExtendedIso.Format(request.Until), ["sha256"] = checksum,
            };
            await _database.WriteAsync(
                async s =>
                {
                    await EvidenceStore.AddAsync(s, pack, cancel);
                    await JournalStore.AppendAsync(s, [new("evidence.made", id, by, correlation, data.ToJsonString())], now.ToMicroseconds(), cancel);
                },
                cancel);
            return pack;
        }
        catch
        {
            File.Delete(path + ".tmp");
            File.Delete(path);
            throw;
        }
    }

    /// <summary>Opens the file of a pack.</summary>
    /// <exception cref="FileNotFoundException">Somebody has deleted it.</exception>
    public FileStream Open(StoredPack pack)
    {
        ArgumentNullException.ThrowIfNull(pack);
        return new FileStream(PathOf(pack.Id), FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }

    private async Task<(JsonObject Figures, string Checksum, long Bytes)> WriteAsync(
        string path, string id, PackRequest request, string issuer, Instant now, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize, FileOptions.Asynchronous);
        await using var writer = new PackWriter(file);
        var (figures, checksum) = await _database.ReadAsync(
            s => EvidencePack.WriteAsync(id, request, issuer, [.. _configuration.Targets.Select(t => t.Name)], now, s, _keys, writer, cancel), cancel);
        await file.FlushAsync(cancel);
        return (figures, checksum, writer.Bytes);
    }

    private static string Scope(PackRequest request) => new JsonObject
    {
        ["users"] = request.Users is null ? null : new JsonArray([.. request.Users.Select(u => (JsonNode)u)]), ["details"] = request.Details,
    }.ToJsonString();

    private string PathOf(string id) => Path.Combine(_folder, id + ".json");
}
