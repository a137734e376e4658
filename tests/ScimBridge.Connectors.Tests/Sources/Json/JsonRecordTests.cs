using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Json;
using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Tests.Sources.Csv;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Tests.Sources.Json;

/// <summary>Where values stand in JSON, and what becomes of them.</summary>
public sealed class JsonRecordTests
{
    [Fact]
    public async Task Values_are_found_by_their_paths()
    {
        var options = JsonFeed.Options();
        options.Columns = new()
        {
            ["workerId"] = "id",
            ["givenName"] = "name.given",
            ["familyName"] = "['Last. name']",
            ["status"] = "jobs[1].status",
            ["type"] = "jobs[1].type.code",
            ["department"] = "units[kind=department].name",
            ["workEmail"] = "mails[primary=true].address",
            ["primary"] = "main",
        };

        var facts = Assert.Single(await JsonFeed.ReadAsync(
            """
            [{"id":1017,"name":{"given":"Zo\u00eb","given2":"x"},"Last. name":"\"L\"","main":true,
              "jobs":[{"status":"terminated"},{"status":"active","type":{"code":"intern"}},{"status":"retired"}],
              "units":[{"name":"T1","kind":"team"},{"name":"Sales","kind":"department"}],
              "mails":[{"address":"a@x.example","primary":false},{"primary":true,"address":"b@x.example"}]}]
            """,
            options)).Record!.Facts;

        Assert.Equal(("1017", "Zoë", "\"L\"", true), (facts.WorkerId, facts.GivenName, facts.FamilyName, facts.Primary!.Value));
        Assert.Equal((EmploymentStatus.Active, WorkerType.Intern), (facts.Status, facts.Type));
        Assert.Equal(("Sales", "b@x.example"), (facts.Department, facts.WorkEmail));
    }

    [Theory]
    [InlineData("""{"workerId":{"v":"CANARY"},"givenName":"A","status":"active","type":"employee"}""", "workerId", "An object or a list stands where a value is expected.")]
    [InlineData("""{"workerId":"7","givenName":["CANARY"],"status":"active","type":"employee"}""", "givenName", "An object or a list stands where a value is expected.")]
    [InlineData("""{"workerId":"7","workerId":"8","givenName":"A","status":"active","type":"employee"}""", "workerId", "The value is there twice.")]
    [InlineData("""{"workerId":"7","givenName":"\ud800","status":"active","type":"employee"}""", "givenName", "The value is no text: it has half of a character.")]
    [InlineData("""{"workerId":"7","givenName":"A","status":true,"type":"employee"}""", "status", "The status 'true' is not mapped: add it to words.status of the source.")]
    [InlineData("""{"givenName":"A","status":"active","type":"employee"}""", "workerId", "workerId is required and empty.")]
    public async Task Value_that_cannot_be_taken_is_a_fault(string json, string column, string reason)
    {
        var fault = Assert.Single(await JsonFeed.ReadAsync($"[{json}]")).Fault!;

        Assert.Equal((column, reason), (fault.Column, fault.Reason));
    }

    [Fact]
    public async Task Record_states_what_it_has_where_the_batch_is_partial()
    {
        var source = SourceKinds.All["json"].Open(
            JsonFeed.Options(),
            new FeedFile(() => new MemoryStream("""{"workerId":"7","title":null,"costCenter":"","company":"Corp"}"""u8.ToArray()), "push")
            {
                Format = FeedFormat.NdJson,
                Partial = true,
            });

        await foreach (var item in source.ReadAsync(CancellationToken.None))
        {
            var stated = item.Record!.Stated!.Value;
            Assert.Equal(4, stated.Count);
            Assert.True(stated.Has(WorkerField.Title) && stated.Has(WorkerField.CostCenter) && stated.Has(WorkerField.Company));
            Assert.Equal((null, null, "Corp"), (item.Record.Facts.Title, item.Record.Facts.CostCenter, item.Record.Facts.Company));
        }
    }

    [Fact]
    public async Task Same_values_have_the_same_hash_in_every_format()
    {
        const string Row = "7,Ada,,active,perm,2024-03-01,,,PUN,3,1990-01-01";
        const string Json = """{"id":7,"first":" Ada ","last":null,"state":"active","kind":"perm","hired":"2024-03-01","site":"PUN","boss":"3","born":"x"}""";

        var csv = await CsvFeed.ReadOneAsync(Row);
        var json = await OneAsync($"[{Json}]", FeedFormat.Json);
        var lines = await OneAsync(Json, FeedFormat.NdJson);

        Assert.Equal(WorkerFactsJson.Write(csv.Facts), WorkerFactsJson.Write(json.Facts));
        Assert.Equal((csv.Hash, csv.Hash), (json.Hash, lines.Hash));

        static async Task<HrRecord> OneAsync(string text, FeedFormat format)
        {
            var file = new FeedFile(() => new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)), "feed") { Format = format };
            var items = new List<FeedItem>();
            await foreach (var item in SourceKinds.All["csv"].Open(CsvFeed.Options(), file).ReadAsync(CancellationToken.None))
                items.Add(item);
            return Assert.Single(items).Record!;
        }
    }

    [Fact]
    public void Paths_that_are_none_are_faults_of_the_configuration()
    {
        var options = new JsonSourceOptions
        {
            TimeZone = "Europe/Oslo",
            Columns = new() { ["workerId"] = "id", ["givenName"] = "a..b", ["status"] = "a[", ["type"] = ".x", ["title"] = "[0].x", ["company"] = "a[0]b" },
        };

        Assert.Equal(
            ["columns.givenName", "columns.status", "columns.type", "columns.title", "columns.company"], options.Faults().Select(fault => fault.Path));
    }

    [Theory]
    [InlineData("a", 1)]
    [InlineData("a.b[0].c", 4)]
    [InlineData("a b.c-d", 2)]
    [InlineData("a['x.y'][k=v].z", 4)]
    public void Paths(string text, int steps) => Assert.Equal(steps, RecordPath.Parse(text)!.Steps.Count);
}
