using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class AttributeMapTests
{
    private static readonly JsonObject Table = Vectors.ReadObject("Mapping", "attribute-map.json");

    private static readonly WorkerFacts Facts = Sample.Facts with
    {
        DisplayName = "Anna B. Berg", Title = "Engineer", Department = "Sales", DepartmentCode = "D1", LegalGivenName = "Annabel",
        StartDate = new LocalDate(2026, 3, 2),
    };

    public static TheoryData<string> Situations { get; } = [.. Table["results"]!.AsArray().Select(v => (string)v!["situation"]!)];

    public static TheoryData<int> Faulty { get; } = [.. Enumerable.Range(0, Table["faults"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Situations))]
    public void Situation_of_the_table_gives_what_is_stated_there(string situation)
    {
        var vector = Table["results"]!.AsArray().Single(v => (string)v!["situation"]! == situation)!;
        var body = Map(Read(vector["map"]!), Facts);
        foreach (var (name, expected) in vector["expect"]!.AsObject())
            Assert.True(JsonNode.DeepEquals(expected, body[name]), $"{name} is {body[name]?.ToJsonString() ?? "absent"}");
        Assert.Equal(vector["expect"]!.AsObject().Where(p => p.Value is not null).Select(p => p.Key).Except(body.Select(p => p.Key)), []);
    }

    [Theory]
    [MemberData(nameof(Faulty))]
    public void Fault_has_its_path_its_column_and_a_hint(int number)
    {
        var vector = Table["faults"]![number]!;
        var faults = new List<MappingFault>();
        AttributeMap.OfWorkers(vector["map"]!.AsObject(), "$.mapping.user", SchemaCatalog.Default.User, faults);

        var fault = Assert.Single(faults);
        Assert.Equal((string)vector["path"]!, fault.Path);
        Assert.StartsWith((string)vector["reason"]!, fault.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_a_map_are_found()
    {
        var faults = new List<MappingFault>();
        AttributeMap.OfWorkers(
            new JsonObject { ["title"] = "{{ x }}", ["nickName"] = "fine", ["displayName"] = "{{" }, "$.mapping.user", SchemaCatalog.Default.User, faults);
        Assert.Equal(["$.mapping.user.title", "$.mapping.user.displayName"], faults.Select(f => f.Path));
    }

    [Fact]
    public void Expression_that_fails_for_one_worker_names_its_path_and_no_value_of_the_worker()
    {
        var map = Read(new JsonObject { ["nickName"] = "{{ 100 | divided_by: worker.costCenter | default: 1 }}", ["title"] = "x" }, "{{ 100 | divided_by: worker.employeeNumber }}");
        var failure = Assert.Throws<MappingException>(() => Map(map, Facts with { EmployeeNumber = "secret" }));
        Assert.Equal("$.mapping.user.nickName", failure.Path);
        Assert.Equal("It divides by zero.", failure.Reason);
    }

    [Fact]
    public void Mapped_attribute_is_masters_and_what_others_wrote_beside_it_is_carried_over()
    {
        var current = new JsonObject { ["nickName"] = "mine", ["profileUrl"] = "https://example.com/anna" };
        var body = Map(Read(new JsonObject { ["nickName"] = null }), Facts, current);
        Assert.False(body.ContainsKey("nickName"));
        Assert.Equal("https://example.com/anna", (string?)body["profileUrl"]);
    }

    [Fact]
    public void What_a_client_masters_stays_the_clients_though_it_is_mapped()
    {
        var body = Map(Read(new JsonObject { ["nickName"] = "HR's" }), Facts, new JsonObject { ["nickName"] = "mine" }, ["nickName"]);
        Assert.Equal("mine", (string?)body["nickName"]);
    }

    [Fact]
    public void Extension_that_is_mapped_in_part_keeps_the_rest_and_is_named()
    {
        var map = AttributeMap.OfWorkers(
            new JsonObject { [$"{BadgeExtension.Urn}:number"] = "{{ worker.employeeNumber }}" }, "$.mapping.user", BadgeExtension.User, []);
        var body = Map(map, Facts, new JsonObject { [BadgeExtension.Urn] = new JsonObject { ["number"] = 1, ["color"] = "red" } });

        Assert.Equal("""{"number":1001,"color":"red"}""", body[BadgeExtension.Urn]!.ToJsonString());
        Assert.Contains(BadgeExtension.Urn, body["schemas"]!.AsArray().Select(s => (string)s!));
        Assert.Equal(body["schemas"]!.AsArray().Count, body["schemas"]!.AsArray().Select(s => (string)s!).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Whole_numbers_are_whole()
    {
        var faults = new List<MappingFault>();
        AttributeMap.OfWorkers(new JsonObject { [$"{BadgeExtension.Urn}:number"] = "{{ worker.country }}" }, "$.mapping.user", BadgeExtension.User, faults);
        Assert.Contains("It never comes to a whole number", Assert.Single(faults).Reason, StringComparison.Ordinal);

        var map = AttributeMap.OfWorkers(new JsonObject { [$"{BadgeExtension.Urn}:number"] = "{{ worker.costCenter }}" }, "$.mapping.user", BadgeExtension.User, []);
        Assert.Equal(
            "It comes to something else than a whole number.",
            Assert.Throws<MappingException>(() => Map(map, Facts with { CostCenter = "CC-1" })).Reason);
    }

    private static AttributeMap Read(JsonNode map, string? nickName = null)
    {
        if (nickName is not null)
            map["nickName"] = nickName;
        var faults = new List<MappingFault>();
        var read = AttributeMap.OfWorkers(map.AsObject(), "$.mapping.user", SchemaCatalog.Default.User, faults);
        Assert.Empty(faults);
        return read;
    }

    private static JsonObject Map(AttributeMap map, WorkerFacts facts, JsonObject? current = null, IReadOnlyCollection<string>? clientMastered = null)
    {
        var now = Instant.FromUtc(2026, 7, 30, 0, 0);
        var worker = Worker.At(facts, now, Sample.Zones, Duration.FromDays(7));
        var intent = LifecycleDecision.Decide(new LifecycleChange(Before: null, HasIdentity: false, worker), new LifecyclePolicy(new WorkerPolicy()));
        return UserMapping.Map(worker, intent, "anna@example.com", "anna@example.com", managerId: null, current, clientMastered, map);
    }
}
