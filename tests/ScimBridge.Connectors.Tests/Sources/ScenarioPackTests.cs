using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Json;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Tests.Sources;

/// <summary>The pack as files: every format comes to the same bytes. What is pulled is held against it by the contract of pulls.</summary>
public sealed class ScenarioPackTests
{
    private static readonly string[] Names =
    [
        "workerId", "givenName", "familyName", "status", "type", "startDate", "contractEndDate", "terminationDate", "title", "location",
        "managerId", "workEmail", "salary", "iban", "ssn",
    ];

    [Theory]
    [InlineData(FeedFormat.Csv)]
    [InlineData(FeedFormat.Json)]
    [InlineData(FeedFormat.NdJson)]
    public async Task Every_format_comes_to_the_same_bytes(FeedFormat format)
    {
        var options = new JsonSourceOptions { TimeZone = "Europe/Copenhagen", Sites = new() { ["PUN"] = "Asia/Kolkata" } };
        var bytes = Encoding.UTF8.GetBytes(format switch
        {
            FeedFormat.Csv => Csv(),
            FeedFormat.Json => new JsonObject { ["workers"] = new JsonArray([.. Person.Pack.Select(Json)]) }.ToJsonString(),
            _ => string.Join('\n', Person.Pack.Select(person => Json(person).ToJsonString())),
        });

        var facts = new List<string>();
        await foreach (var item in SourceKinds.All["json"].Open(options, new FeedFile(() => new MemoryStream(bytes), "pack") { Format = format }).ReadAsync(CancellationToken.None))
            facts.Add(WorkerFactsJson.Write(item.Record!.Facts));

        Assert.Equal(Person.Pack.Select(person => WorkerFactsJson.Write(person.Facts)), facts);
        Assert.DoesNotContain(facts, text => Person.Canaries.Any(canary => text.Contains(canary, StringComparison.Ordinal)));
    }

    private static string?[] Values(Person person) =>
    [
        person.Id, person.Given, person.Family, person.Left ? "terminated" : "active", person.External ? "contractor" : "employee",
        Person.Iso(person.Start), Person.Iso(person.ContractEnd), Person.Iso(person.Termination), person.Title, person.Site,
        person.Manager, person.Email, .. Person.Canaries,
    ];

    private static JsonNode Json(Person person)
    {
        var json = new JsonObject();
        foreach (var (name, value) in Names.Zip(Values(person)))
            json[name] = value;
        return JsonNode.Parse(json.ToJsonString(new JsonSerializerOptions()))!;
    }

    private static string Csv() => string.Join(',', Names) + "\n" + string.Join('\n', Person.Pack.Select(
        person => string.Join(',', Values(person).Select(value => $"\"{value?.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))));
}
