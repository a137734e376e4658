using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;

namespace ScimBridge.Server.Tests.Signals;

/// <summary>The serving process is killed (SIGKILL) while a receiver has a token in hand and has not answered.</summary>
public sealed class TransmitKillTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task What_was_decided_is_told_after_the_kill_under_the_same_id(DatabaseKind kind)
    {
        var folder = Directory.CreateTempSubdirectory("scimbridge-kill-").FullName;
        try
        {
            await using var database = await TestDatabase.CreateAsync(kind);
            await using var receiver = await SignalReceiver.StartAsync();
            var json = Configure(kind, database.Location, receiver.Url);
            var path = Path.Combine(folder, "bridge.json");
            await File.WriteAllTextAsync(path, json.ToJsonString());
            await using var node = new ServiceCollection().AddLogging()
                .AddBridge(BridgeConfiguration.Parse(json.ToJsonString(), path, new Dictionary<string, string>()))
                .AddSingleton<IAlarm, QuietAlarm>().BuildServiceProvider();
            receiver.Keys = async () => new JsonObject
            {
                ["keys"] = new JsonArray([.. await node.GetRequiredService<SigningKeys>().PublicKeysAsync(CancellationToken.None)]),
            }.ToJsonString();
            await HandInAsync(node, folder, "first.csv", TestBridge.Row("1", "Mira", "Holt"));
            await HandInAsync(node, folder, "second.csv", TestBridge.Row("1", "Mira", "Holt", status: "T", lastDay: "2026-03-01"));

            // It has arrived, and there is no answer: the bridge cannot know.
            var (arrived, answered) = (new TaskCompletionSource(), new TaskCompletionSource());
            receiver.Before = () =>
            {
                arrived.TrySetResult();
                return answered.Task;
            };
            await using (ServingProcess.Start(path))
                await arrived.Task.WaitAsync(Patience);

            receiver.Before = () => Task.CompletedTask;
            answered.SetResult();
            await using (var next = ServingProcess.Start(path))
            {
                var since = Stopwatch.StartNew();
                while (receiver.Pushes.Count < 3)
                {
                    Assert.True(since.Elapsed < Patience && !next.HasExited, $"Only {receiver.Pushes.Count} pushes came in.");
                    await Task.Delay(50);
                }
            }

            Assert.Equal(["account-disabled", "account-disabled", "session-revoked"], receiver.Pushes.Select(p => p.Event));
            Assert.Equal(receiver.Pushes.First().Text, receiver.Pushes.Skip(1).First().Text);
            Assert.Equal(["account-disabled", "session-revoked"], receiver.Heard.Select(p => p.Event));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject Configure(DatabaseKind kind, string location, string receiver)
    {
        var json = TestBridge.Configure(kind, location, "http://127.0.0.1:9");
        TestBridge.Unheld(json);
        json["targets"] = new JsonObject();
        json["signals"] = new JsonObject
        {
            ["issuer"] = SignalReceiver.Issuer,
            ["streams"] = new JsonObject
            {
                ["desk"] = new JsonObject
                {
                    ["endpoint"] = receiver,
                    ["audience"] = SignalReceiver.Audience,
                    ["events"] = new JsonArray(SignalEvents.UriOf(SignalType.AccountDisabled), SignalEvents.UriOf(SignalType.SessionRevoked)),
                    ["allowPrivateAddresses"] = true,
                },
            },
        };
        return json;
    }

    private static async Task HandInAsync(ServiceProvider node, string folder, string name, string row)
    {
        var file = Path.Combine(folder, name);
        await File.WriteAllLinesAsync(file, [TestBridge.Header, row]);
        await node.GetRequiredService<Intake>().AddFileAsync("hr", file, new Manifest("full"), CancellationToken.None);
    }
}
