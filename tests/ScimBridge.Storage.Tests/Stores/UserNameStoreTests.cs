using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Scim.Schemas;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

/// <summary>Whose a user name is, from the transaction that gives it to the day on which another may have it.</summary>
public sealed class UserNameStoreTests
{
    private static readonly ResourceType User = SchemaCatalog.Default.User;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Name_is_taken_with_the_user_and_released_with_it(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await CreateAsync(test, At(1), "a", "José@corp.example");
        Assert.Equal(new KnownUserName("a", null), await FindAsync(test, "jose@corp.example"));

        var changes = At(5);
        changes.Deletes.Add(Write.Delete(User, "a", 1, Body("José@corp.example")));
        await CommitAsync(test, changes);
        Assert.Equal(new KnownUserName("a", 5), await FindAsync(test, "jose@corp.example"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Names_that_differ_by_accents_alone_are_one_name(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await CreateAsync(test, At(1), "a", "jose@corp.example");
        await Assert.ThrowsAsync<UniquenessException>(() => CreateAsync(test, At(2), "b", "josé@corp.example"));
        Assert.Equal(1, await test.Database.ReadAsync(s => ResourceStore.CountAsync(s, "User", None), None));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_of_one_name_in_one_transaction_are_refused(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        var changes = At(1);
        changes.Resources.Add(Write.Create(User, "a", Body("jose@corp.example")));
        changes.Resources.Add(Write.Create(User, "b", Body("josé@corp.example")));
        await Assert.ThrowsAsync<UniquenessException>(() => CommitAsync(test, changes));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Eight_writers_of_one_name_leave_it_to_one(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        string[] spelt = ["jose", "josé", "JOSE", "José", "jóse", "ｊｏｓｅ", "JOSÉ", "jòse"];
        var outcomes = await Task.WhenAll(spelt.Select((name, i) => Task.Run(async () =>
        {
            try
            {
                await CreateAsync(test, At(1), $"u{i}", name);
                return true;
            }
            catch (UniquenessException)
            {
                return false;
            }
        })));
        Assert.Single(outcomes, o => o);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Released_name_is_free_for_a_client_and_for_its_last_owner_and_for_others_after_its_time(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await CreateAsync(test, At(1), "a", "ann");
        await RenameAsync(test, At(10), "a", "ann", "beth");
        Assert.Equal(new KnownUserName("a", 10), await FindAsync(test, "ann"));

        await Assert.ThrowsAsync<UniquenessException>(() => CreateAsync(test, At(20, long.MinValue), "b", "ann"));
        await Assert.ThrowsAsync<UniquenessException>(() => CreateAsync(test, At(20, freeBefore: 10), "b", "ann"));
        await CreateAsync(test, At(20, freeBefore: 11), "b", "ann");
        Assert.Equal(new KnownUserName("b", null), await FindAsync(test, "ann"));

        await RenameAsync(test, At(30), "b", "ann", "carol");
        await RenameAsync(test, At(40, long.MinValue), "b", "carol", "ann");
        Assert.Equal(new KnownUserName("b", null), await FindAsync(test, "ann"));

        await RenameAsync(test, At(50), "b", "ann", "dora");
        await CreateAsync(test, At(60), "c", "ann");
        Assert.Equal(new KnownUserName("c", null), await FindAsync(test, "ann"));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Earlier_name_that_is_kept_is_nobody_elses(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await CreateAsync(test, At(1), "a", "ann");
        var changes = new Changes(NodaTime.Instant.FromUnixTimeTicks(100), "system", "test", []) { KeepsNames = true, NamesFreeBefore = long.MaxValue - 1 };
        changes.Resources.Add(Write.Update(User, "a", 1, Body("ann"), Body("beth")));
        await CommitAsync(test, changes);

        Assert.Equal(new KnownUserName("a", null), await FindAsync(test, "ann"));
        await Assert.ThrowsAsync<UniquenessException>(() => CreateAsync(test, At(20), "b", "ann"));
        await RenameAsync(test, At(30), "a", "beth", "ann", version: 2);
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Two_users_can_swap_their_names(DatabaseKind kind)
    {
        await using var test = await TestDatabase.CreateAsync(kind);
        await CreateAsync(test, At(1), "a", "ann");
        await CreateAsync(test, At(1), "b", "beth");
        var changes = At(2);
        changes.Resources.Add(Write.Update(User, "a", 1, Body("ann"), Body("beth")));
        changes.Resources.Add(Write.Update(User, "b", 1, Body("beth"), Body("ann")));
        await CommitAsync(test, changes);
        Assert.Equal(new KnownUserName("a", null), await FindAsync(test, "beth"));
        Assert.Equal(new KnownUserName("b", null), await FindAsync(test, "ann"));
    }

    private static JsonObject Body(string userName) => new() { ["userName"] = userName };

    private static Changes At(long microseconds, long freeBefore = long.MaxValue) =>
        new(NodaTime.Instant.FromUnixTimeTicks(microseconds * 10), "system", "test", []) { NamesFreeBefore = freeBefore };

    private static Task CommitAsync(TestDatabase test, Changes changes) => test.Database.WriteAsync(s => Commit.WriteAsync(s, changes, None), None);

    private static Task CreateAsync(TestDatabase test, Changes changes, string id, string userName)
    {
        changes.Resources.Add(Write.Create(User, id, Body(userName)));
        return CommitAsync(test, changes);
    }

    private static async Task RenameAsync(TestDatabase test, Changes changes, string id, string before, string after, long? version = null)
    {
        var row = await test.Database.ReadAsync(s => ResourceStore.FindAsync(s, "User", id, None), None);
        changes.Resources.Add(Write.Update(User, id, version ?? row!.Version, Body(before), Body(after)));
        await CommitAsync(test, changes);
    }

    private static async Task<KnownUserName> FindAsync(TestDatabase test, string name) =>
        (await test.Database.ReadAsync(s => UserNameStore.FindAsync(s, [name], None), None))[name];
}
