using System.Globalization;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Vaults;

/// <summary>
/// A folder of files: at its path each secret as it is, for a consumer to read, and beside it a folder <c>PATH.versions</c> in which the
/// versions stand with their key ids. Files are readable by their owner alone, and take each other's place in one step. One process writes.
/// </summary>
public sealed class FolderVault : IVault
{
    private const UnixFileMode OwnerAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _folder;

    /// <summary>Makes it of an absolute path; the folder is made with the first secret.</summary>
    public FolderVault(string folder) => _folder = folder;

    /// <inheritdoc/>
    public Task<(Outcome Outcome, VaultEntry? Entry)> ReadAsync(string path, int? version, CancellationToken cancel) => TryAsync(
        path,
        async () =>
        {
            var current = version is { } number && await VersionAsync(path, number, cancel) is { } kept ? kept : await CurrentAsync(path, cancel);
            var entry = version is null || current?.Version == version ? current : null;
            return entry is null ? ((Outcome)new Outcome.Gone(), null) : (new Outcome.Done(), entry);
        });

    /// <inheritdoc/>
    public async Task<(Outcome Outcome, int Version)> WriteAsync(string path, string keyId, Secret secret, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(secret);
        var (outcome, written) = await TryAsync(
            path,
            async () =>
            {
                var current = await CurrentAsync(path, cancel);
                if (current?.KeyId == keyId)
                    return (new Outcome.Done(), current);
                // What somebody put there by hand becomes a version, so that it is not lost.
                if (current is not null && !File.Exists(VersionFile(path, current.Version)))
                    await PutAsync(VersionFile(path, current.Version), Text(null, current.Secret), cancel);
                var next = new VaultEntry(Numbers(path).LastOrDefault() + 1, keyId, secret);
                await PutAsync(VersionFile(path, next.Version), Text(keyId, secret), cancel);
                await PutAsync(FileOf(path), secret.Reveal(), cancel);
                return ((Outcome)new Outcome.Done(), next);
            });
        return (outcome, written?.Version ?? 0);
    }

    /// <inheritdoc/>
    public async Task<Outcome> ForgetAsync(string path, int version, CancellationToken cancel) => (await TryAsync(
        path,
        async () =>
        {
            if ((await CurrentAsync(path, cancel))?.Version == version)
                return ((Outcome)new Outcome.Rejected("The current version of a secret stays."), null);
            if (File.Exists(VersionFile(path, version)))
                File.Delete(VersionFile(path, version));
            return (new Outcome.Done(), null);
        })).Outcome;

    /// <inheritdoc/>
    public void Dispose()
    {
        // It holds nothing.
    }

    private static string Text(string? keyId, Secret secret) => new JsonObject { ["keyId"] = keyId, ["secret"] = secret.Reveal() }.ToJsonString();

    private static async Task PutAsync(string file, string text, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var beside = file + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerAlone;
        // Left over from one who was stopped, perhaps with other rights.
        File.Delete(beside);
        await using (var stream = new FileStream(beside, options))
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancel);
            stream.Flush(flushToDisk: true);
        }

        File.Move(beside, file, overwrite: true);
    }

    private static async Task<(Outcome Outcome, VaultEntry? Entry)> TryAsync(string path, Func<Task<(Outcome, VaultEntry?)>> work)
    {
        if (!VaultPath.IsValid(path))
            return (new Outcome.Rejected("This is no path in a vault."), null);
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException or JsonException or InvalidOperationException)
        {
            return (new Outcome.Retry(null, $"The vault's folder: {e.GetType().Name}."), null);
        }
    }

    private string FileOf(string path) => Path.Combine([_folder, .. path.Split('/')]);

    private string Versions(string path) => FileOf(path) + ".versions";

    private string VersionFile(string path, int number) => Path.Combine(Versions(path), number.ToString("D6", CultureInfo.InvariantCulture));

    private List<int> Numbers(string path) => !Directory.Exists(Versions(path)) ? [] : [.. Directory.EnumerateFiles(Versions(path))
        .Select(file => int.TryParse(Path.GetFileName(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).Where(n => n > 0).Order()];

    private async Task<VaultEntry?> CurrentAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(FileOf(path)))
            return null;
        var text = (await File.ReadAllTextAsync(FileOf(path), cancel)).Trim();
        if (text.Length == 0)
            return null;
        var secret = new Secret(text);
        foreach (var number in Numbers(path).AsEnumerable().Reverse())
        {
            if (await VersionAsync(path, number, cancel) is { } version && version.Secret.Equals(secret))
                return version;
        }

        // Of the number that it gets when another takes its place.
        return new VaultEntry(Numbers(path).LastOrDefault() + 1, null, secret);
    }

    private async Task<VaultEntry?> VersionAsync(string path, int number, CancellationToken cancel)
    {
        var file = VersionFile(path, number);
        if (!File.Exists(file) || JsonNode.Parse(await File.ReadAllTextAsync(file, cancel)) is not JsonObject version)
            return null;
        return version["secret"]?.GetValue<string>() is { Length: > 0 } secret ? new VaultEntry(number, version["keyId"]?.GetValue<string>(), new Secret(secret)) : null;
    }
}
