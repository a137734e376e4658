using System.CommandLine;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Cli;

/// <summary><c>evidence</c>: makes an evidence pack, and says where it lies.</summary>
internal static class EvidenceCommand
{
    public static Command Create(Option<string> config)
    {
        var from = new Option<string>("--from") { Description = "The beginning of the period: 2026-01-01T00:00:00Z.", Required = true };
        var until = new Option<string>("--to") { Description = "Its end, which is not in it.", Required = true };
        var details = new Option<bool>("--details") { Description = "With what was before and is after, which may be personal data." };
        var command = new Command("evidence", "Makes an evidence pack.") { from, until, details };
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new PackRequest(At(parsed.GetValue(from)!), At(parsed.GetValue(until)!)) { Details = parsed.GetValue(details) };
            if (request.From >= request.Until)
                throw new CommandException("--from comes before --to.");
            var configuration = CommandLine.Load(parsed, config);
            await using var node = await CommandNode.StartAsync(configuration, cancel);
            var packs = node.Get<EvidencePacks>();
            var server = configuration.Options.Server;
            var pack = await packs.MakeAsync(request, (server.PublicUrl ?? server.Url).TrimEnd('/'), "command:evidence", "command", cancel);
            await using var file = packs.Open(pack);
            Console.WriteLine(new JsonObject
            {
                ["id"] = pack.Id, ["file"] = file.Name, ["bytes"] = pack.Bytes, ["sha256"] = pack.Checksum, ["figures"] = JsonNode.Parse(pack.Figures),
            }.ToJsonString());
            return 0;
        });
        return command;
    }

    private static Instant At(string text) => OffsetDateTimePattern.Rfc3339.Parse(text) is { Success: true } parsed
        ? parsed.Value.ToInstant()
        : throw new CommandException($"'{text}' is no instant, as 2026-03-01T00:00:00Z is.");
}
