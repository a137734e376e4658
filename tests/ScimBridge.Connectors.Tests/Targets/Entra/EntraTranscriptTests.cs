using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>
/// Exchanges as the vendor's pages show them: what is sent has that shape, and what comes back is understood. The pages stand beside
/// each transcript.
/// </summary>
public sealed class EntraTranscriptTests
{
    private const string Adele = "87d349ed-44d7-43e1-9a83-5f2406dee5bd";
    private const string Boss = "6ea91a8d-e32e-41a1-b7bd-d2d185eed0e0";
    private const string Operations = "1226170d-83d5-49b8-99ab-d1ab3d91333e";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly JsonArray Transcripts = JsonNode.Parse(File.ReadAllText(Path.Combine("Targets", "Entra", "transcripts.json")))!.AsArray();

    public static TheoryData<string> Names => [.. Transcripts.Select(t => (string)t!["name"]!)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Exchange_is_as_the_vendor_shows_it(string name)
    {
        var transcript = Transcripts.Single(t => (string)t!["name"]! == name)!;
        var exchanges = transcript["exchanges"]!.AsArray();
        using var wire = new EntraWire();
        foreach (var exchange in exchanges)
            wire.Then((int)exchange!["status"]!, exchange["reply"]?.ToJsonString());

        var outcome = await DoAsync(wire, (string)transcript["do"]!);

        Assert.Equal((string)transcript["outcome"]!, Said(outcome));
        Assert.Equal(exchanges.Count, wire.Calls.Count);
        foreach (var (expected, call) in exchanges.Zip(wire.Calls))
        {
            Assert.Matches(Pattern((string)expected!["line"]!), call.Line);
            foreach (var (header, value) in expected["headers"] as JsonObject ?? [])
                Assert.Equal((string?)value, call.Headers.GetValueOrDefault(header));
            if (expected["body"] is { } body)
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(body.ToJsonString().Replace("BASE", wire.Options().BaseUrl!, StringComparison.Ordinal)), call.Json()), call.Body);
            Assert.True(Guid.TryParse(call.Headers.GetValueOrDefault("client-request-id"), out _));
            Assert.Equal("Bearer eyJ0", call.Headers["Authorization"]);
            Assert.StartsWith("ScimBridge/", call.Headers["User-Agent"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_transcript_cites_the_vendor() => Assert.All(
        Transcripts, t => Assert.All(t!["sources"]!.AsArray(), s => Assert.StartsWith("https://learn.microsoft.com/en-us/graph/", (string?)s, StringComparison.Ordinal)));

    private static string Pattern(string line) =>
        $"^{System.Text.RegularExpressions.Regex.Escape(line).Replace(@"\*", ".*", StringComparison.Ordinal).Replace("SELECTED", "id,[A-Za-z0-9_,]+", StringComparison.Ordinal)}$";

    private static Task<Outcome> DoAsync(EntraWire wire, string what) => what switch
    {
        "createUser" => wire.Target.CreateAsync(
            new DesiredAccount(AccountKind.User, "key", Active: true, new JsonObject { ["userName"] = "AdeleV@contoso.com", ["displayName"] = "Adele Vance" }), None),
        "createGroup" => wire.Target.CreateAsync(Group("Operations group", "key"), None),
        "disable" => wire.Target.UpdateAsync(AccountKind.User, Adele, [], active: false, None),
        "setTitle" => wire.Target.UpdateAsync(AccountKind.User, Adele, [Title("Lead")], active: null, None),
        "setManager" => wire.Target.UpdateAsync(AccountKind.User, Adele, [Manager(Boss)], active: null, None),
        "addMembers" => wire.Target.ChangeMembersAsync(Operations, [Adele, Boss], [], None),
        "removeMembers" => wire.Target.ChangeMembersAsync(Operations, [], [Adele, Boss], None),
        _ => throw new JsonException($"Nothing is called {what}."),
    };

    private static string Said(Outcome outcome) => outcome switch
    {
        Outcome.Done done => $"Done {done.RemoteId}".TrimEnd(),
        Outcome.Exists exists => $"Exists {exists.RemoteId}".TrimEnd(),
        Outcome.Retry retry => string.Create(CultureInfo.InvariantCulture, $"Retry {retry.After?.TotalSeconds}"),
        _ => outcome.GetType().Name,
    };
}
