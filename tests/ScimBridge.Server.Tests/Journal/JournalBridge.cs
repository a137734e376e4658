using System.Text.Json.Nodes;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>What tests of the journal do with a bridge.</summary>
internal static class JournalBridge
{
    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly (string Table, string[] Triggers)[] Guards =
    [
        ("journal", ["journal_stays", "journal_is_kept"]),
        ("journal_detail", ["journal_detail_stays", "journal_detail_is_kept"]),
        ("journal_seal", ["journal_seal_stays", "journal_seal_is_kept"]),
    ];

    /// <summary>Seals what there is.</summary>
    public static async Task SealAsync(this TestBridge bridge)
    {
        await bridge.RunAsync(DrainKind.Seal, Seal.Name);
        Assert.False(await bridge.Database.ReadAsync(s => JournalSealStore.IsBehindAsync(s, None), None));
    }

    /// <summary>Checks the journal.</summary>
    public static async Task<JournalFindings> CheckAsync(this TestBridge bridge)
    {
        var keys = await bridge.KeysAsync();
        return await bridge.Database.ReadAsync(s => JournalCheck.RunAsync(s, keys, None), None);
    }

    /// <summary>The public keys of the bridge.</summary>
    public static async Task<PublicKeys> KeysAsync(this TestBridge bridge) => new(await bridge.Get<SigningKeys>().JwksAsync(None));

    /// <summary>Writes an entry as anything in the bridge does.</summary>
    public static Task NoteAsync(this Database database, string subject, string? detail = null, string kind = "test.noted", long at = 1_000_000) =>
        database.WriteAsync(
            s => JournalStore.AppendAsync(s, [new(kind, subject, "test", "test", "{}") { Detail = detail }], at, None), None);

    /// <summary>Takes away what keeps the tables as they are, as somebody does who has the whole database in hand.</summary>
    public static Task UnguardAsync(this TestBridge bridge) => bridge.Database.WriteAsync(
        async s =>
        {
            foreach (var (table, triggers) in Guards)
            {
                if (bridge.Storage.Kind == DatabaseKind.Postgres)
                    await s.ExecuteAsync($"ALTER TABLE {table} DISABLE TRIGGER USER", None);
                foreach (var trigger in bridge.Storage.Kind == DatabaseKind.Sqlite ? triggers : [])
                    await s.ExecuteAsync($"DROP TRIGGER {trigger}", None);
            }
        },
        None);

    /// <summary>Keeps entries for some days.</summary>
    public static void KeepDays(JsonObject json, int days) => json["journal"] = new JsonObject { ["keepDays"] = days };
}
