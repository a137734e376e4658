using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.SuccessFactors;

/// <summary>
/// SAP SuccessFactors Employee Central, by OData v2
/// (<see href="https://help.sap.com/docs/SAP_SUCCESSFACTORS_PLATFORM/d599f15995d348a1b45ba5603e2aba9b"/>): job information (EmpJob), which is
/// effective-dated, with what hangs on it. The names of columns are paths from EmpJob; a record holds from its start date on.
/// </summary>
public sealed class SuccessFactorsSourceOptions : PullOptions
{
    /// <summary>
    /// What the pull makes of <c>seqNumber</c> and <c>lastModifiedDateTime</c>: of several changes on one day the one with the greatest
    /// number holds, whichever was touched last, and of two readings of that one the later.
    /// </summary>
    internal const string SequenceColumn = "$sequence";

    /// <summary>Makes the declaration of SuccessFactors.</summary>
    public SuccessFactorsSourceOptions() => DateFormat = ["odata"];

    /// <summary>The address of the service: <c>https://api4.successfactors.com/odata/v2</c>.</summary>
    public string? BaseUrl { get; set; }

    /// <summary>Basic authentication: the technical user with its company, <c>user@company</c>. Left out for a bearer token.</summary>
    public string? User { get; set; }

    /// <summary>Where the password, or the bearer token, is kept.</summary>
    public SecretReference? Secret { get; set; }

    /// <summary>How many records a page has.</summary>
    public int PageSize { get; set; } = 500;

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute) => Locate(Secret, absolute);

    internal override IReadOnlyList<string> ListPath => ["d", "results"];

    internal override DeclarationDefaults Defaults { get; } = new()
    {
        Columns = new()
        {
            ["workerId"] = "userId",
            ["personId"] = "employmentNav.personIdExternal",
            ["givenName"] = "userNav.firstName",
            ["familyName"] = "userNav.lastName",
            ["userName"] = "userNav.username",
            ["workEmail"] = "userNav.email",
            ["workPhone"] = "userNav.businessPhone",
            ["status"] = "emplStatusNav.externalCode",
            ["type"] = "employmentNav.isContingentWorker",
            ["startDate"] = "employmentNav.startDate",
            ["contractEndDate"] = "contractEndDate",
            ["terminationDate"] = "employmentNav.endDate",
            ["lastDayOfWork"] = "employmentNav.lastDateWorked",
            ["title"] = "jobTitle",
            ["jobCode"] = "jobCode",
            ["positionId"] = "position",
            ["department"] = "departmentNav.name",
            ["departmentCode"] = "department",
            ["division"] = "division",
            ["costCenter"] = "costCenter",
            ["company"] = "company",
            ["location"] = "location",
            ["country"] = "countryOfCompany",
            ["timeZone"] = "timezone",
            ["managerId"] = "managerId",
            ["effectiveFrom"] = "startDate",
            ["sequence"] = SequenceColumn,
        },
        Empties = new() { ["managerId"] = "NO_MANAGER" },
        Words = new()
        {
            // The codes of the picklist employee-status.
            Status = new()
            {
                ["A"] = "active", ["U"] = "onLeave", ["P"] = "onLeave", ["S"] = "suspended", ["F"] = "onLeave", ["D"] = "dormant",
                ["O"] = "discarded", ["R"] = "retired", ["T"] = "terminated",
            },
            Type = new() { ["false"] = "employee", ["true"] = "contingent" },
        },
    };

    internal override IEnumerable<ConfigurationFault> OwnFaults() =>
    [
        .. FaultsOfAddress("baseUrl", BaseUrl, "https://api4.successfactors.com/odata/v2"),
        .. FaultsOfSecret("secret", Secret),
        .. PageSize is < 1 or > 1000 ? [new ConfigurationFault("pageSize", "A page has between 1 and 1,000 records.")] : Array.Empty<ConfigurationFault>(),
    ];
}
