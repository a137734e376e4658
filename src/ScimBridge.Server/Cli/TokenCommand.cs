using System.CommandLine;
using NodaTime;
using ScimBridge.Scim.Quirks;
using ScimBridge.Server.Api;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Cli;

/// <summary><c>token create|list|revoke</c>: the opaque tokens of clients.</summary>
internal static class TokenCommand
{
    public static Command Create(Option<string> config) => new("token", "Opaque tokens of clients.")
    {
        CreateToken(config), List(config), Revoke(config),
    };

    private static Command CreateToken(Option<string> config)
    {
        var client = new Argument<string>("client") { Description = "Who uses it." };
        var scopes = new Option<string[]>("--scope")
        {
            Description = $"One of {string.Join(", ", Scopes.All)}; may be repeated.",
            DefaultValueFactory = _ => [Scopes.ScimRead],
        };
        var profile = new Option<string>("--profile") { Description = "strict, entra, okta or lenient.", DefaultValueFactory = _ => "strict" };
        var days = new Option<int>("--days") { Description = "How long it is good.", DefaultValueFactory = _ => 365 };
        var command = new Command("create", "Creates a token; its secret is shown once.") { client, scopes, profile, days };
        command.SetAction(async (parsed, cancel) =>
        {
            if (parsed.GetValue(scopes)!.Select(Scopes.Fault).FirstOrDefault(f => f is not null) is { } fault)
                throw new CommandException(fault);
            if (ClientProfile.Find(parsed.GetValue(profile)!) is not { } known)
                throw new CommandException($"There is no profile '{parsed.GetValue(profile)}'.");
            if (parsed.GetValue(days) is < 1 or > 3650)
                throw new CommandException("--days must be from 1 to 3650.");
            await using var node = await CommandNode.StartAsync(CommandLine.Load(parsed, config), cancel);
            var (token, secret) = await node.Get<Tokens>().CreateAsync(
                parsed.GetValue(client)!, known.Name, parsed.GetValue(scopes)!, Duration.FromDays(parsed.GetValue(days)), cancel);
            Console.WriteLine($"id      {token.Id}");
            Console.WriteLine($"secret  {secret}");
            Console.WriteLine("The secret is not stored and cannot be shown again.");
            return 0;
        });
        return command;
    }

    private static Command List(Option<string> config)
    {
        var command = new Command("list", "Lists the tokens.");
        command.SetAction(async (parsed, cancel) =>
        {
            await using var node = await CommandNode.StartAsync(CommandLine.Load(parsed, config), cancel);
            foreach (var token in await node.Get<Database>().ReadAsync(s => TokenStore.ListAsync(s, cancel), cancel))
            {
                var state = token.RevokedAt is { } at
                    ? $"revoked {Microseconds.ToInstant(at)}"
                    : $"good until {Microseconds.ToInstant(token.ExpiresAt)}";
                Console.WriteLine($"{token.Id}  {token.Client}  {token.Profile}  {string.Join(' ', token.Scopes)}  {state}");
            }

            return 0;
        });
        return command;
    }

    private static Command Revoke(Option<string> config)
    {
        var id = new Argument<string>("id") { Description = "The id of the token." };
        var command = new Command("revoke", "Revokes a token, at once.") { id };
        command.SetAction(async (parsed, cancel) =>
        {
            await using var node = await CommandNode.StartAsync(CommandLine.Load(parsed, config), cancel);
            if (!await node.Get<Tokens>().RevokeAsync(parsed.GetValue(id)!, cancel))
                throw new CommandException("There is no good token with this id.");
            Console.WriteLine("Revoked.");
            return 0;
        });
        return command;
    }
}
