using ScimBridge.Connectors.Targets;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;
using ScimBridge.Sandbox.Graph;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>What a tenant lists, and what has changed there, beside what the contract of every target says of it.</summary>
public sealed class EntraListingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Changes_are_told_once_page_after_page_and_what_was_deleted_too()
    {
        await using var tenant = await EntraTenant.StartAsync();
        tenant.State.Settings = new GraphSettings { MaxPageSize = 2 };
        var ids = Enumerable.Range(0, 5).Select(i => tenant.State.Add("user", Existing(name: $"user{i}@corp.example"))).ToList();
        using var target = tenant.Open();
        Assert.Equal(ids.Order(StringComparer.Ordinal), (await PagesAsync(target, mark: null)).SelectMany(p => p.Accounts).Select(a => a.RemoteId).Order(StringComparer.Ordinal));
        var mark = (await target.MarkAsync(AccountKind.User, None)).Mark!;

        string[] altered = [ids[0], ids[1], ids[3]];
        foreach (var id in altered)
            tenant.State.Alter(id, """{"accountEnabled":false,"jobTitle":"Lead"}""");
        await target.DeleteAsync(AccountKind.User, ids[2], None);
        var pages = await PagesAsync(target, mark);

        Assert.Equal(2, pages.Count);
        Assert.Equal(altered.Order(StringComparer.Ordinal), pages.SelectMany(p => p.Changed).Order(StringComparer.Ordinal));
        Assert.Equal([ids[2]], pages.SelectMany(p => p.Removed));
        var nothing = Assert.Single(await PagesAsync(target, pages[^1].Mark));
        Assert.Empty(nothing.Changed.Concat(nothing.Removed));
    }

    [Fact]
    public async Task Mark_that_is_too_old_is_gone()
    {
        await using var tenant = await EntraTenant.StartAsync();
        tenant.State.Add("user", Existing());
        using var target = tenant.Open();
        var mark = (await target.MarkAsync(AccountKind.User, None)).Mark!;
        tenant.State.ExpireDeltaLinks();

        var (outcome, page) = await target.ListAsync(AccountKind.User, mark, at: null, None);

        Assert.IsType<Outcome.Gone>(outcome);
        Assert.Null(page);
        Assert.Single((await target.ListAsync(AccountKind.User, mark: null, at: null, None)).Page!.Accounts);
    }

    private static async Task<List<AccountPage>> PagesAsync(ITarget target, string? mark)
    {
        var pages = new List<AccountPage>();
        do
        {
            var (outcome, page) = await target.ListAsync(AccountKind.User, mark, pages.Count == 0 ? null : pages[^1].Next, None);
            Assert.IsType<Outcome.Done>(outcome);
            pages.Add(page!);
        }
        while (pages[^1].Next is not null);
        return pages;
    }
}
