using System.Text.Json;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Folder;

/// <summary>A file as one look found it.</summary>
internal sealed record FolderFile(string Name, long Size, long Ticks);

/// <summary>What was taken last, and what the last look saw.</summary>
internal sealed record FolderCursor(FolderFile? Taken, IReadOnlyList<FolderFile> Seen)
{
    /// <summary>So many files are remembered; the others are looked at twice later.</summary>
    private const int MostSeen = 50;

    public static FolderCursor Read(PullCursor? cursor)
    {
        try
        {
            return cursor is { } text ? JsonSerializer.Deserialize<FolderCursor>(text.Text) ?? new(null, []) : new(null, []);
        }
        catch (JsonException)
        {
            return new(null, []);
        }
    }

    public PullCursor Write() => new(JsonSerializer.Serialize(this with { Seen = [.. Seen.Take(MostSeen)] }));
}
