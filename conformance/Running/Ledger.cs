using System.Collections.Concurrent;
using ScimBridge.Conformance.Discovery;
using ScimBridge.Conformance.Http;

namespace ScimBridge.Conformance.Running;

/// <summary>
/// Remembers every resource that was created, so that it can be deleted again and nothing else is. What a time-out hid
/// is found at the end by the run's unique prefix.
/// </summary>
internal sealed class Ledger(ScimClient client, Settings settings)
{
    private readonly ConcurrentDictionary<string, int> _created = new(StringComparer.Ordinal);
    private int _next;

    /// <summary>Looks at an exchange for resources that it made; gives their paths.</summary>
    public IReadOnlyList<string> Watch(Call call, Answer answer)
    {
        if (!answer.Succeeded)
            return [];
        var path = call.Path.Split('?')[0].TrimEnd('/');
        if (path.EndsWith("/Bulk", StringComparison.OrdinalIgnoreCase))
        {
            return [.. answer.Json.Items("Operations")
                .Where(o => string.Equals(o.Text("method"), "POST", StringComparison.OrdinalIgnoreCase) && o.Text("status") == "201")
                .Select(o => Add(o.Text("location"))).OfType<string>()];
        }

        if (call.Method is not ("POST" or "PUT") || path.EndsWith("/.search", StringComparison.OrdinalIgnoreCase))
            return [];
        // A PUT makes nothing; should a faulty server make something of one, it is ours to remove.
        var location = call.Method == "PUT" ? path : answer.Header("Location") ?? (answer.Json.Text("id") is { } id ? path + "/" + id : null);
        return Add(location) is { } key ? [key] : [];
    }

    /// <summary>Deletes these; what is gone already is fine. Gives those that stayed.</summary>
    public async Task<IReadOnlyList<string>> DeleteAsync(IEnumerable<string> keys, CancellationToken stop)
    {
        var stayed = new List<string>();
        foreach (var key in keys)
        {
            var answer = await client.SendAsync(new Call("DELETE", key), stop);
            if (answer.Succeeded || answer.Status is 404 or 410)
                _created.TryRemove(key, out _);
            else
                stayed.Add(key);
        }
        return stayed;
    }

    /// <summary>What was created and is still there, the newest first.</summary>
    public IReadOnlyList<string> Open() => [.. _created.OrderByDescending(e => e.Value).Select(e => e.Key)];

    /// <summary>The end of a run: deletes what is left, also what no answer told of. Gives what could not be deleted.</summary>
    public async Task<IReadOnlyList<string>> SweepAsync(Server server, string prefix, CancellationToken stop)
    {
        await DeleteAsync(Open(), stop);
        foreach (var (endpoint, attribute) in new[] { (server.Users, "userName"), (server.Groups, "displayName") })
        {
            var filter = Uri.EscapeDataString($"{attribute} sw {Json.Quote(prefix)}");
            var answer = await client.SendAsync(new Call("GET", $"{endpoint}?filter={filter}&count=200"), stop);
            foreach (var resource in answer.Json.Items("Resources"))
            {
                // A server that ignores the filter must not lose what is not ours.
                if (resource.Text(attribute)?.StartsWith(
                    prefix,
                    StringComparison.OrdinalIgnoreCase) == true && resource.Text("id") is { } id)
                    Add(endpoint + "/" + id);
            }
        }
        return await DeleteAsync(Open(), stop);
    }

    private string? Add(string? location)
    {
        if (location is null || Key(location) is not { Length: > 0 } key)
            return null;
        _created.TryAdd(key, Interlocked.Increment(ref _next));
        return key;
    }

    /// <summary>The path under the base URL; empty for anything outside of it.</summary>
    private string Key(string location)
    {
        if (location.StartsWith('/') && !location.StartsWith("//", StringComparison.Ordinal))
        {
            var basePath = new Uri(settings.Url).AbsolutePath.TrimEnd('/');
            return basePath.Length > 0 && location.StartsWith(
                basePath + "/",
                StringComparison.Ordinal) ? location[basePath.Length..] : location;
        }
        if (!Uri.TryCreate(location, UriKind.Absolute, out var url))
            return "";
        var root = new Uri(settings.Url).AbsolutePath.TrimEnd('/');
        // Behind a proxy the server may name another host; the path is what we can delete by.
        return url.AbsolutePath.StartsWith(root + "/", StringComparison.Ordinal) ? url.AbsolutePath[root.Length..] : "";
    }
}
