using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Planning;

namespace ScimBridge.Connectors.Tests.Targets;

/// <summary>What <see cref="ScimBridge.Connectors.Targets.ITarget"/> promises about listing what a target has.</summary>
public abstract partial class TargetContractTests
{
    /// <summary>More than a page of any of them.</summary>
    private const int MoreThanAPage = 210;

    /// <summary>Whether its lists come in pages.</summary>
    protected virtual bool HasPages => true;

    [Fact]
    public async Task Everybody_is_listed_once_over_several_pages_as_reading_them_shows()
    {
        var ids = new List<string>();
        for (var i = 0; i < MoreThanAPage; i++)
            ids.Add(await CreatedAsync(User($"user{i}") with { Active = i % 7 != 0 }));
        var before = State();

        var (listed, pages) = await ListAsync(AccountKind.User);

        Assert.Equal(HasPages, pages > 1);
        Assert.Equal(ids.Order(StringComparer.Ordinal), listed.Select(a => a.RemoteId).Order(StringComparer.Ordinal));
        foreach (var account in listed.Where((_, i) => i % 30 == 0))
        {
            var read = (await Target.GetAsync(AccountKind.User, account.RemoteId, None)).Account!;
            Assert.Equal((read.CorrelationKey, read.Active), (account.CorrelationKey, account.Active));
            Assert.True(JsonNode.DeepEquals(read.Attributes, account.Attributes), account.Attributes.ToJsonString());
        }

        Assert.Equal(MoreThanAPage / 7, listed.Count(a => a.Active == false));
        Assert.Equal(before, State());
    }

    [Fact]
    public async Task Groups_are_listed_without_and_their_members_by_themselves()
    {
        var (sales, empty) = (await CreatedAsync(Group("Sales")), await CreatedAsync(Group("Empty")));
        var (ann, bob) = (await CreatedAsync(User("ann")), await CreatedAsync(User("bob")));
        await ChangesToAsync(sales, [ann, bob], [], [ann, bob]);

        var (listed, _) = await ListAsync(AccountKind.Group);

        Assert.Equal(["key of Empty", "key of Sales"], listed.Select(a => a.CorrelationKey).Order(StringComparer.Ordinal));
        Assert.Equal("Sales", (string?)listed.Single(a => a.RemoteId == sales).Attributes["displayName"]);
        Assert.DoesNotContain(listed, a => a.Attributes.ContainsKey("members"));
        if (await MembersAsync(sales) is { } members)
        {
            Assert.Equal(new[] { ann, bob }.Order(StringComparer.Ordinal), members.Order(StringComparer.Ordinal));
            Assert.Empty((await MembersAsync(empty))!);
        }

        // Where members are not shown, nobody is asked.
        var (gone, nothing) = await Target.ListMembersAsync("no-such-id", null, None);
        Assert.Null(nothing);
        Assert.True(gone is Outcome.Gone || await MembersAsync(sales) is null, gone.ToString());
    }

    [Fact]
    public async Task What_is_delivered_is_shown_as_the_target_says_that_it_will_be()
    {
        var wanted = User(OddName);
        var id = await CreatedAsync(wanted);

        var shown = await Target.ShownAsync(wanted, None);

        var read = (await Target.GetAsync(AccountKind.User, id, None)).Account!.Attributes;
        foreach (var (name, value) in shown)
            Assert.True(JsonNode.DeepEquals(value, read[name]), $"{name}: {value} is shown as {read[name]}");
        Assert.NotNull(shown["userName"]);
        var group = await Target.ShownAsync(Group("Sales"), None);
        Assert.Equal("Sales", (string?)group["displayName"]);
    }

    [Fact]
    public async Task What_has_changed_since_a_mark_is_listed_and_nobody_else_has_to_be_read()
    {
        if (Target.Capabilities.Lists != Listing.Delta)
            return;
        var (ann, bob) = (await CreatedAsync(User("ann")), await CreatedAsync(User("bob")));
        var sales = await CreatedAsync(Group("Sales"));
        await PassAsync();
        var (users, groups) = (await MarkAsync(AccountKind.User), await MarkAsync(AccountKind.Group));
        await ChangesToAsync(sales, [ann], [], [ann]);
        Assert.IsType<Outcome.Done>(await Target.UpdateAsync(AccountKind.User, bob, [Title("Lead")], active: null, None));
        var eve = await CreatedAsync(User("eve"));

        var (changed, mark) = await ChangesAsync(AccountKind.User, users);
        Assert.Superset(new HashSet<string> { bob, eve }, changed);
        Assert.DoesNotContain(ann, changed);
        Assert.Contains(sales, (await ChangesAsync(AccountKind.Group, groups)).Changed);

        await PassAsync();
        mark = (await ChangesAsync(AccountKind.User, mark)).Mark;
        await PassAsync();
        Assert.Empty((await ChangesAsync(AccountKind.User, mark)).Changed);
    }

    /// <summary>So much time passes, at the target and here, that a mark leaves out what was before.</summary>
    protected virtual Task PassAsync() => Task.CompletedTask;

    private async Task<string> MarkAsync(AccountKind kind)
    {
        var (outcome, mark) = await Target.MarkAsync(kind, None);
        Assert.IsType<Outcome.Done>(outcome);
        return mark!;
    }

    private async Task<(HashSet<string> Changed, string Mark)> ChangesAsync(AccountKind kind, string mark)
    {
        var changed = new HashSet<string>(StringComparer.Ordinal);
        string? at = null;
        while (true)
        {
            var (outcome, page) = await Target.ListAsync(kind, mark, at, None);
            Assert.IsType<Outcome.Done>(outcome);
            changed.UnionWith(page!.Changed);
            Assert.Empty(page.Accounts);
            if (page.Next is null)
                return (changed, page.Mark!);
            at = page.Next;
        }
    }

    private async Task<(List<ObservedAccount> Accounts, int Pages)> ListAsync(AccountKind kind)
    {
        var (all, pages) = (new List<ObservedAccount>(), 0);
        string? at = null;
        do
        {
            var (outcome, page) = await Target.ListAsync(kind, null, at, None);
            Assert.IsType<Outcome.Done>(outcome);
            all.AddRange(page!.Accounts);
            at = page.Next;
            pages++;
        }
        while (at is not null);

        return (all, pages);
    }

    private async Task<List<string>?> MembersAsync(string group)
    {
        var all = new List<string>();
        string? at = null;
        do
        {
            var (outcome, page) = await Target.ListMembersAsync(group, at, None);
            Assert.IsType<Outcome.Done>(outcome);
            if (page is null)
                return null;
            all.AddRange(page.Members);
            at = page.Next;
        }
        while (at is not null);

        return all;
    }
}
