using System.CommandLine;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;

namespace ScimBridge.Server.Cli;

/// <summary><c>journal verify</c>: goes through the journal in the database and says what is wrong with it.</summary>
internal static class JournalCommand
{
    public static Command Create(Option<string> config)
    {
        var keys = new Option<string?>("--keys") { Description = "The bridge's public keys, kept elsewhere; left out: those in the configuration and the database." };
        var verify = new Command("verify", "Checks the whole journal in the database.") { keys };
        verify.SetAction(async (parsed, cancel) =>
        {
            await using var node = await CommandNode.StartAsync(CommandLine.Load(parsed, config), cancel);
            var published = new PublicKeys(parsed.GetValue(keys) is { } path ? VerifyCommand.Read(path) : await node.Get<SigningKeys>().JwksAsync(cancel));
            var findings = await node.Get<Database>().ReadAsync(s => JournalCheck.RunAsync(s, published, cancel), cancel);
            foreach (var fault in findings.Faults)
                Console.WriteLine(fault);
            Console.WriteLine($"{findings.Entries} entries, {findings.Blocks} blocks, {findings.Anchors} anchors; {findings.Unsealed} entries have no place yet");
            Console.WriteLine(findings.Faults.Count == 0 ? "sound" : "NOT sound");
            return findings.Faults.Count == 0 ? 0 : 1;
        });
        return new Command("journal", "The journal.") { verify };
    }
}
