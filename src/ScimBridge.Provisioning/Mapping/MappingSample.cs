using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>Somebody invented, with whom a mapping is tried before it is used.</summary>
/// <param name="Variables">What expressions see.</param>
/// <param name="Lacks">What this one has not; null of one who has everything.</param>
internal sealed record MappingSample(ExpressionVariables Variables, string? Lacks)
{
    // Letters with accents and blanks, so that a name that is not folded shows; and the same with numbers, which arithmetic needs.
    private static readonly WorkerFacts Worded = Complete("Zoë Ann", "CC-1", "Engineer");
    private static readonly WorkerFacts Numbered = Complete("Zoë Ann", "1001", "7");

    /// <summary>Workers: two who have everything, one who has only what everybody has, and for each fact one who lacks it.</summary>
    public static IReadOnlyList<MappingSample> OfWorkers { get; } =
        [.. Workers().Select(w => new MappingSample(ExpressionVariables.OfWorker(w.Facts, "zoe.berg@example.com"), w.Lacks))];

    /// <summary>The workers with whom candidates of user names are tried.</summary>
    public static IReadOnlyList<WorkerFacts> OfNames { get; } = [Worded, Numbered];

    /// <summary>Users: two who have everything, and one who has a name and nothing else.</summary>
    public static IReadOnlyList<MappingSample> OfUsers(ResourceType user) =>
    [
        new(ExpressionVariables.OfUser(Body(user, "Zoë Ann")), Lacks: null),
        new(ExpressionVariables.OfUser(Body(user, "1001")), Lacks: null),
        new(ExpressionVariables.OfUser(new JsonObject { ["userName"] = "zoe.berg@example.com" }), "all but a user name"),
    ];

    private static IEnumerable<(WorkerFacts Facts, string? Lacks)> Workers()
    {
        yield return (Worded, null);
        yield return (Numbered, null);
        yield return (
            new WorkerFacts
            {
                WorkerId = "w-1", EmployeeNumber = "1001", GivenName = "Zoë", Status = EmploymentStatus.Active, Type = WorkerType.Employee,
                TimeZone = "Etc/UTC",
            },
            "all that a worker need not have");
        yield return (Numbered with { FamilyName = null, LegalFamilyName = null }, "familyName");
        yield return (Numbered with { DisplayName = null }, "displayName");
        yield return (Numbered with { StartDate = null }, "startDate");
        yield return (Numbered with { ContractEndDate = null }, "contractEndDate");
        yield return (Numbered with { TerminationDate = null }, "terminationDate");
        yield return (Numbered with { LastDayOfWork = null }, "lastDayOfWork");
        yield return (Numbered with { Title = null }, "title");
        yield return (Numbered with { JobCode = null }, "jobCode");
        yield return (Numbered with { PositionId = null }, "positionId");
        yield return (Numbered with { Department = null }, "department");
        yield return (Numbered with { DepartmentCode = null }, "departmentCode");
        yield return (Numbered with { CostCenter = null }, "costCenter");
        yield return (Numbered with { Company = null }, "company");
        yield return (Numbered with { Division = null }, "division");
        yield return (Numbered with { Location = null }, "location");
        yield return (Numbered with { Country = null }, "country");
        yield return (Numbered with { WorkEmail = null }, "workEmail");
        yield return (Numbered with { WorkPhone = null }, "workPhone");
        yield return (Numbered with { PreferredLanguage = null }, "preferredLanguage");
    }

    private static WorkerFacts Complete(string given, string code, string title) => new()
    {
        WorkerId = "w-1",
        EmployeeNumber = code,
        GivenName = given,
        FamilyName = "Bérg",
        DisplayName = "Zoë Bérg",
        LegalGivenName = "Zoë",
        LegalFamilyName = "Bérg",
        Status = EmploymentStatus.Active,
        Type = WorkerType.Contractor,
        TimeZone = "Europe/Copenhagen",
        StartDate = new LocalDate(2026, 3, 2),
        ContractEndDate = new LocalDate(2027, 3, 1),
        TerminationDate = new LocalDate(2027, 2, 28),
        LastDayOfWork = new LocalDate(2027, 2, 27),
        Title = title,
        JobCode = code,
        PositionId = code,
        Department = title,
        DepartmentCode = code,
        CostCenter = code,
        Company = "Example",
        Division = title,
        Location = code,
        Country = "DK",
        WorkEmail = "zoe@example.com",
        WorkPhone = "+45 12345678",
        PreferredLanguage = "da-DK",
    };

    private static JsonObject Body(ResourceType user, string text)
    {
        var body = Object(user.Schema.Attributes, text);
        foreach (var extension in user.Extensions)
            body[extension.Schema.Id] = Object(extension.Schema.Attributes, text);
        return body;
    }

    private static JsonObject Object(IEnumerable<AttributeDefinition> attributes, string text)
    {
        var result = new JsonObject();
        foreach (var attribute in attributes)
        {
            JsonNode value = attribute.Type switch
            {
                AttributeType.Boolean => true,
                AttributeType.Integer or AttributeType.Decimal => 7,
                AttributeType.DateTime => "2026-03-02T00:00:00Z",
                AttributeType.Complex => Object(attribute.SubAttributes, text),
                // The bridge's own dates of HR are text.
                _ => attribute.Name.EndsWith("Date", StringComparison.Ordinal) || attribute.Name == "lastDayOfWork" ? "2026-03-02" : text,
            };
            result[attribute.Name] = attribute.MultiValued ? new JsonArray(value) : value;
        }

        return result;
    }
}
