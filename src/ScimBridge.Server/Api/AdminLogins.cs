using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Notes in the journal who has come to administer: the first request of a credential that an administrator's endpoint lets through, and again after an
/// hour. Every request would be too many, and there is no login.
/// </summary>
internal sealed class AdminLogins(Database database, IClock clock)
{
    private const string Scope = "admin.";
    private static readonly Duration Again = Duration.FromHours(1);
    private readonly ConcurrentDictionary<string, Instant> _seen = new(StringComparer.Ordinal);

    /// <summary>Whether a policy is one of administrators.</summary>
    public static bool Concerns(string policy) => policy.StartsWith(Scope, StringComparison.Ordinal);

    /// <summary>Notes the caller, where that was not done within the hour.</summary>
    public async Task NoteAsync(Caller caller, CancellationToken cancel)
    {
        var now = clock.GetCurrentInstant();
        var scopes = caller.Scopes.Where(Concerns).Order(StringComparer.Ordinal).ToList();
        var key = $"{caller.Actor} {string.Join(' ', scopes)}";
        if (_seen.TryGetValue(key, out var last) && now - last < Again)
            return;
        _seen[key] = now;
        var data = new JsonObject { ["scopes"] = new JsonArray([.. scopes.Select(s => (JsonNode)s)]) };
        await database.WriteAsync(
            s => JournalStore.AppendAsync(
                s, [new("admin.login", caller.Actor, caller.Actor, caller.Correlation, data.ToJsonString())], now.ToMicroseconds(), cancel),
            cancel);
    }
}
