namespace ScimBridge.Server.Hosting;

/// <summary>
/// Look-ups that many want at the same time: of one key, one is under way at a time, and all who come meanwhile share the next one. Every
/// answer is from a look-up that began after it was asked for, so that nobody sees what had ceased to hold before.
/// </summary>
public sealed class SharedLookups<T>
{
    private readonly Func<string, Task<T>> _find;
    private readonly Dictionary<string, TaskCompletionSource<T>?> _next = new(StringComparer.Ordinal);

    /// <summary>Looks up by the given function.</summary>
    public SharedLookups(Func<string, Task<T>> find)
    {
        _find = find;
    }

    /// <summary>Looks up a key.</summary>
    public Task<T> FindAsync(string key)
    {
        lock (_next)
        {
            // What is under way may have looked already.
            if (_next.TryGetValue(key, out var next))
                return (_next[key] = next ?? new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            _next.Add(key, null);
        }

        return FirstAsync(key);
    }

    private async Task<T> FirstAsync(string key)
    {
        try
        {
            return await _find(key);
        }
        finally
        {
            _ = OthersAsync(key);
        }
    }

    private async Task OthersAsync(string key)
    {
        while (true)
        {
            TaskCompletionSource<T>? asked;
            lock (_next)
            {
                asked = _next[key];
                if (asked is null)
                {
                    _next.Remove(key);
                    return;
                }

                _next[key] = null;
            }

            try
            {
                asked.SetResult(await _find(key));
            }
            catch (Exception e)
            {
                asked.SetException(e);
            }
        }
    }
}
