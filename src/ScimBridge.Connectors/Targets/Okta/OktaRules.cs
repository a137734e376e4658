using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets.Okta;

/// <summary>Knows which groups are filled by rules; asks again every few minutes.</summary>
internal sealed class OktaRules(OktaSearch search, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private Known? _known;

    /// <summary>Why members of the group are not to be changed; null where they may be.</summary>
    public async Task<Outcome?> RefusalAsync(string group, CancellationToken cancel)
    {
        await _asking.WaitAsync(cancel);
        try
        {
            if (_known is null || _known.Until <= clock.GetUtcNow())
            {
                var (rules, failure) = await search.ListAsync(OktaRoute.Rules(), OktaJson.Default.ListOktaRule, cancel);
                if (rules is null)
                    return failure;
                _known = new Known(
                    [.. rules.Where(r => r.Status == "ACTIVE").SelectMany(r => r.Actions?.AssignUserToGroups?.GroupIds ?? [])],
                    clock.GetUtcNow() + Fresh);
            }

            return _known.Groups.Contains(group)
                ? new Outcome.Rejected("A group rule of Okta fills this group: turn the rule off, or deliver to another group.")
                : null;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private sealed record Known(HashSet<string> Groups, DateTimeOffset Until);
}
