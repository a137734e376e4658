using System.Text.Json;
using ScimBridge.Connectors.Sources;
using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Tests.Sources.Csv;

public sealed class CsvSourceOptionsTests
{
    [Fact]
    public void Sound_declaration_has_no_faults() => Assert.Empty(CsvFeed.Options().Faults());

    [Fact]
    public void All_faults_are_listed_at_once_with_their_path()
    {
        var options = JsonSerializer.Deserialize<CsvSourceOptions>(
            """
            {
              "path": " ",
              "encoding": "klingon",
              "delimiter": "||",
              "dateFormat": ["yyyy-MM-dd", "yyyy-MM", "dd/MM/yy", "q"],
              "columns": { "givenName": "", "salary": "pay", "title": "title", "costCenter": "iban" },
              "constants": { "workerId": "1", "type": "freelance", "title": "Boss", "timeZone": "Mars", "startDate": "1/2/2024", "iban": "x", "sequence": "1", "primary": "maybe" },
              "words": { "status": { "On hold": "paused", "A": "active", " a ": "onLeave" }, "type": { "?": "unknown" },
                         "kind": { "D": "delete" }, "leaveType": { "1": "gone" }, "terminationType": { "2": "fired" } },
              "sites": { "CPH": "Copenhagen" }, "employers": { "A/S": "Denmark" }
            }
            """,
            JsonSerializerOptions.Web)!;

        Assert.Equal(
            [
                "path", "encoding", "delimiter", "dateFormat[1]", "dateFormat[2]", "dateFormat[3]",
                "columns.givenName", "columns.salary", "columns.costCenter",
                "constants.workerId", "constants.type", "constants.title", "constants.timeZone", "constants.startDate", "constants.iban", "constants.sequence", "constants.primary",
                "columns.status",
                "words.status['On hold']", "words.status[' a ']", "words.type['?']",
                "words.kind.D", "words.leaveType.1", "words.terminationType.2",
                "timeZone", "sites", "sites.CPH", "employers", "employers['A/S']",
            ],
            options.Faults().Select(fault => fault.Path));
    }

    [Fact]
    public void Nulls_are_faults_and_no_exceptions()
    {
        var options = JsonSerializer.Deserialize<CsvSourceOptions>(
            """
            { "encoding": null, "delimiter": null, "dateFormat": null, "columns": null, "constants": { "title": null },
              "words": null, "sites": { "CPH": null }, "timeZone": null }
            """,
            JsonSerializerOptions.Web)!;

        Assert.Contains(options.Faults(), fault => fault.Path == "encoding");
    }

    [Fact]
    public void Source_of_faulty_options_is_refused() => Assert.Throws<ArgumentException>(() => SourceKinds.All["csv"].Open(new CsvSourceOptions(), null));

    [Fact]
    public void Canonical_fields_are_the_properties_of_the_facts() =>
        Assert.Equal(
            typeof(WorkerFacts).GetProperties().Where(property => property.CanWrite).Select(property => property.Name)
                .Concat(["EffectiveFrom", "Sequence", "RecordId", "RecordKind"]).Order(StringComparer.Ordinal),
            Enum.GetNames<WorkerField>().Order(StringComparer.Ordinal));

    [Fact]
    public void Date_formats_are_written_as_they_are_read()
    {
        var one = JsonSerializer.Serialize(new CsvSourceOptions(), JsonSerializerOptions.Web);
        var many = JsonSerializer.Serialize(new CsvSourceOptions { DateFormat = ["yyyy-MM-dd", "yyyyMMdd"] }, JsonSerializerOptions.Web);

        Assert.Contains("\"dateFormat\":\"yyyy-MM-dd\"", one, StringComparison.Ordinal);
        Assert.Contains("\"dateFormat\":[\"yyyy-MM-dd\",\"yyyyMMdd\"]", many, StringComparison.Ordinal);
    }
}
