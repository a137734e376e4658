using System.Globalization;
using System.Security.Cryptography;
using NodaTime;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Folder;

/// <summary>
/// Takes the oldest file that is ready. What was taken is noted in the cursor, so that a file which could not be moved away is not read a
/// second time.
/// </summary>
internal sealed class FolderPull(FolderSourceOptions options, TimeProvider clock) : IPull
{
    private const string Companion = ".done";

    private readonly string _folder = options.Path!;

    public async Task<PullResult> FetchAsync(Stream into, PullCursor? since, CancellationToken cancel)
    {
        var asOf = Instant.FromDateTimeOffset(clock.GetUtcNow());
        var before = FolderCursor.Read(since);
        try
        {
            var files = Look().Where(file => file != before.Taken).ToList();
            var ready = files.Find(file => File.Exists(PathOf(file.Name + Companion)) || before.Seen.Contains(file));
            if (ready is null)
            {
                return new PullResult
                {
                    Mode = PullMode.Nothing, AsOf = asOf, Name = _folder, Rows = 0, Next = new FolderCursor(before.Taken, files).Write(),
                };
            }

            var manifest = File.Exists(PathOf(ready.Name + Companion)) ? FolderManifest.Read(PathOf(ready.Name + Companion)) : null;
            await CopyAsync(ready, manifest, into, cancel);
            return new PullResult
            {
                Mode = (manifest?.Mode ?? options.Mode) == FolderMode.Full ? PullMode.Full : PullMode.Delta,
                AsOf = asOf,
                Name = ready.Name,
                Format = FeedFormats.OfFileName(ready.Name) ?? options.Format,
                Rows = manifest?.Rows,
                Completeness = manifest?.Rows is null ? Completeness.Unproven : Completeness.Counted,
                Next = new FolderCursor(ready, [.. files.Where(file => file != ready)]).Write(),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeedException($"{_folder} cannot be read: {e.Message}", e);
        }
    }

    public Task SettleAsync(PullCursor cursor, bool accepted, CancellationToken cancel)
    {
        try
        {
            // The same name may have come again in the meantime, with something else in it.
            if (FolderCursor.Read(cursor).Taken is { } taken && Look().Contains(taken))
            {
                var folder = Directory.CreateDirectory(PathOf(accepted ? "done" : "failed")).FullName;
                Move(taken.Name, folder);
                if (File.Exists(PathOf(taken.Name + Companion)))
                    Move(taken.Name + Companion, folder);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FeedException($"What was read cannot be moved away in {_folder}: {e.Message}", e);
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        // Nothing is held open between looks.
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private List<FolderFile> Look() =>
    [
        .. new DirectoryInfo(_folder)
            .EnumerateFiles(options.Pattern, new EnumerationOptions { MatchCasing = MatchCasing.PlatformDefault, AttributesToSkip = FileAttributes.Hidden })
            .Where(file => !file.Name.EndsWith(Companion, StringComparison.OrdinalIgnoreCase))
            .OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal)
            .Select(file => new FolderFile(file.Name, file.Length, file.LastWriteTimeUtc.Ticks)),
    ];

    private async Task CopyAsync(FolderFile file, FolderManifest? manifest, Stream into, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 * 1024];
        var copied = 0L;
        await using (var from = new FileStream(PathOf(file.Name), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: true))
        {
            int count;
            while ((count = await from.ReadAsync(buffer, cancel)) > 0)
            {
                hash.AppendData(buffer, 0, count);
                await into.WriteAsync(buffer.AsMemory(0, count), cancel);
                copied += count;
            }
        }

        if (copied != file.Size)
            throw new FeedException($"{file.Name} grew while it was read. It is taken once it stays as it is.");
        if (manifest?.Sha256 is { } wanted && !wanted.Equals(Convert.ToHexStringLower(hash.GetHashAndReset()), StringComparison.OrdinalIgnoreCase))
            throw new FeedException($"{file.Name} is not what its manifest says: the checksums differ.");
    }

    private void Move(string name, string folder)
    {
        var to = Path.Combine(folder, name);
        if (File.Exists(to))
            to = Path.Combine(folder, clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmssfff'-'", CultureInfo.InvariantCulture) + name);
        File.Move(PathOf(name), to);
    }
}
