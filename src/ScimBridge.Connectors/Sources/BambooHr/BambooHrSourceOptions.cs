using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.BambooHr;

/// <summary>
/// BambooHR, by its list of employees (<see href="https://documentation.bamboohr.com/reference/list-employees"/>) and of those who
/// changed (<see href="https://documentation.bamboohr.com/reference/get-changed-employee-ids"/>). The names of columns are those of the
/// list's fields.
/// </summary>
public sealed class BambooHrSourceOptions : PullOptions
{
    /// <summary>
    /// What the pull makes of <c>status</c>, <c>hireDate</c> and <c>terminationDate</c>: who has a status of Inactive may have left or be
    /// about to start (<see href="https://documentation.bamboohr.com/reference/get-data-from-dataset-v2"/>: "future hires have a status of
    /// Inactive").
    /// </summary>
    internal const string StatusColumn = "$status";

    /// <summary>The address of the company: <c>https://company.bamboohr.com</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Where the API key is kept.</summary>
    public SecretReference? ApiKey { get; set; }

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute) => Locate(ApiKey, absolute);

    internal override IReadOnlyList<string> ListPath => ["data"];

    internal override DeclarationDefaults Defaults { get; } = new()
    {
        Columns = new()
        {
            ["workerId"] = "employeeId",
            ["employeeNumber"] = "employeeNumber",
            ["givenName"] = "firstName",
            ["familyName"] = "lastName",
            ["status"] = StatusColumn,
            ["type"] = "employmentStatusName",
            ["startDate"] = "hireDate",
            ["contractEndDate"] = "contractEndDate",
            ["terminationDate"] = "terminationDate",
            ["title"] = "jobTitleName",
            ["department"] = "departmentName",
            ["division"] = "divisionName",
            ["location"] = "locationName",
            ["country"] = "country",
            ["managerId"] = "reportsToId",
            ["workEmail"] = "workEmail",
            ["workPhone"] = "workPhone",
        },
        Empties = new() { ["startDate"] = "0000-00-00", ["contractEndDate"] = "0000-00-00", ["terminationDate"] = "0000-00-00" },
        Words = new()
        {
            Status = new() { ["Active"] = "active", ["Terminated"] = "terminated", ["Future hire"] = "prehire" },
            Type = new()
            {
                ["Full-Time"] = "employee", ["Part-Time"] = "employee", ["Contractor"] = "contractor", ["Intern"] = "intern",
                ["Temporary"] = "temp",
            },
        },
    };

    internal override IEnumerable<ConfigurationFault> OwnFaults() =>
        [.. FaultsOfAddress("baseUrl", BaseUrl, "https://company.bamboohr.com"), .. FaultsOfSecret("apiKey", ApiKey)];
}
