using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Server.Api;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Demo;

/// <summary>
/// The service accounts of the demo: users of the sandbox that are no people, each with a password that a folder keeps for the program that uses it. One
/// person looks after all of them.
/// </summary>
internal static class DemoServiceAccounts
{
    private const string Owner = "1017";
    private const string Sponsor = "1003";

    private static readonly (string Name, string UserType, string Kind, int Criticality)[] All =
    [
        ("Ticket sync", "Service", "serviceAccount", 2), ("Help centre portal", "Application", "appRegistration", 3),
        ("Night exports", "Automation", "automationToken", 4), ("Support console root", "Admin", "sharedAdminAccess", 1),
    ];

    /// <summary>Makes them: at the target, in the vault, and in the bridge's inventory as a SCIM client would.</summary>
    public static async Task<int> CreateAsync(BridgeHost bridge, string folder, DemoState state, CancellationToken cancel)
    {
        var workers = await bridge.Services.GetRequiredService<Database>().ReadAsync(
            s => WorkerStore.FindAsync(s, DemoFolder.Source, [Owner, Sponsor], cancel), cancel);
        var (_, token) = await bridge.Services.GetRequiredService<Tokens>().CreateAsync("demo-inventory", "strict", [Scopes.ScimWrite], Duration.FromDays(1), cancel);
        var vault = Directory.CreateDirectory(Path.Combine(folder, "vault", "scimbridge", DemoFolder.Target)).FullName;
        using var http = new HttpClient();
        foreach (var (name, userType, kind, criticality) in All)
        {
            var password = Guid.NewGuid().ToString("N");
            var user = await PostAsync(http, $"{state.TargetUrl}/Users", state.TargetToken, new JsonObject
            {
                ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User"), ["userName"] = "svc-" + name.ToLowerInvariant().Replace(' ', '-'),
                ["displayName"] = name, ["userType"] = userType, ["active"] = true, ["password"] = password,
            }, cancel);
            var remoteId = (string)user["id"]!;
            await File.WriteAllTextAsync(Path.Combine(vault, remoteId), password, cancel);
            await PostAsync(http, $"{state.BridgeUrl}/scim/v2/ServiceAccounts", token, new JsonObject
            {
                ["schemas"] = new JsonArray("urn:scimbridge:params:scim:schemas:core:2.0:ServiceAccount"), ["displayName"] = name, ["kind"] = kind, ["criticality"] = criticality,
                ["target"] = DemoFolder.Target, ["remoteId"] = remoteId, ["owners"] = Person(workers[Owner].ResourceId), ["sponsors"] = Person(workers[Sponsor].ResourceId),
                ["credentials"] = new JsonArray(new JsonObject { ["value"] = "password", ["type"] = "password" }),
            }, cancel);
        }

        return All.Length;
    }

    /// <summary>Says of each account that a leaver knew who holds it now, who is asked to, and what has become of its secret.</summary>
    /// <param name="http">The client.</param>
    /// <param name="state">The demo.</param>
    /// <param name="secrets">What the proof says that they knew.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task ShowAsync(HttpClient http, DemoState state, JsonArray secrets, CancellationToken cancel)
    {
        foreach (var secret in secrets.OfType<JsonObject>())
        {
            var id = (string)secret["account"]!;
            var shown = await GetAsync(http, $"{state.BridgeUrl}/scim/v2/ServiceAccounts/{id}", state.AdminToken, cancel);
            var underWay = (await GetAsync(http, $"{state.BridgeUrl}/admin/v1/service-accounts/{id}", state.AdminToken, cancel))["underWay"]!;
            var owners = new List<string>();
            foreach (var owner in shown["owners"] as JsonArray ?? [])
                owners.Add($"{await NameAsync((string)owner!["value"]!)} ({owner["basis"]})");
            Console.WriteLine($"  {shown["displayName"]} ({shown["kind"]}, criticality {shown["criticality"]}): technical owner is {string.Join(", ", owners)}");
            foreach (var handover in underWay["handovers"] as JsonArray ?? [])
            {
                if (handover!["asked"] is { } asked)
                    Console.WriteLine($"    {await NameAsync((string)asked["personId"]!)} is asked to take it over, as {asked["via"]}, until {Minute((string)handover["answerBy"]!)}");
            }

            Console.WriteLine($"    the {secret["credential"]} that the leaver knew is {await ProofAsync(id, (string)secret["credential"]!) ?? secret["state"]}");
        }

        // What a look at the target showed, as the journal has it.
        async Task<string?> ProofAsync(string account, string credential)
        {
            var filter = Uri.EscapeDataString($"kind eq \"serviceAccount.credentialSeen\" and subject eq \"{account}\"");
            var journal = await GetAsync(http, $"{state.BridgeUrl}/admin/v1/journal?filter={filter}", state.AdminToken, cancel);
            return journal["entries"]!.AsArray().Select(e => e!["data"]!).LastOrDefault(d => (string?)d["credential"] == credential) is { } seen
                ? $"{seen["result"]} ({string.Join("; ", new[] { (string?)seen["readBack"], (string?)seen["probe"] }.OfType<string>())})"
                : null;
        }

        async Task<string> NameAsync(string user) =>
            (string?)(await GetAsync(http, $"{state.BridgeUrl}/scim/v2/Users/{user}?attributes=displayName,userName", state.AdminToken, cancel))["userName"] ?? user;
    }

    private static string Minute(string instant) =>
        InstantPattern.ExtendedIso.Parse(instant) is { Success: true } at ? at.Value.ToString("uuuu-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture) : instant;

    private static JsonArray Person(string id) => [new JsonObject { ["value"] = id }];

    private static Task<JsonObject> GetAsync(HttpClient http, string url, string token, CancellationToken cancel) => SendAsync(http, new HttpRequestMessage(HttpMethod.Get, url), token, cancel);

    private static Task<JsonObject> PostAsync(HttpClient http, string url, string token, JsonObject body, CancellationToken cancel) =>
        SendAsync(http, new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/scim+json") }, token, cancel);

    private static async Task<JsonObject> SendAsync(HttpClient http, HttpRequestMessage request, string token, CancellationToken cancel)
    {
        using (request)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request, cancel);
            answer.EnsureSuccessStatusCode();
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancel))!.AsObject();
        }
    }
}
