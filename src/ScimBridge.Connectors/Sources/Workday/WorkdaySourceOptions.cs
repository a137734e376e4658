using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Workday;

/// <summary>
/// Workday, by a custom report that is enabled as a web service (RaaS:
/// <see href="https://doc.workday.com/admin-guide/en-us/integration/workday-reports/report-as-a-service-raas.html"/>). The names of columns
/// are the XML aliases of the report's fields; the defaults below ask for a report with these aliases.
/// </summary>
public sealed class WorkdaySourceOptions : PullOptions
{
    /// <summary>What the pull makes of the worker's status and the flags beside it.</summary>
    internal const string StatusColumn = "$status";

    /// <summary>Makes the declaration of Workday: dates come with the offset of the zone that the integration user is in, as <c>2026-03-01-08:00</c>.</summary>
    public WorkdaySourceOptions() => DateFormat = ["date"];

    /// <summary>The address of the report, without a format: <c>https://host/ccx/service/customreport2/tenant/owner/report</c>.</summary>
    public string? Url { get; set; }

    /// <summary>How the integration system user signs in.</summary>
    public WorkdayAuth? Auth { get; set; }

    /// <summary>
    /// The prompt of the report that takes the day as of which it is made, such as <c>Effective_as_of_Date</c>. Without it the report is
    /// made as of the moment in the user's zone, and somebody who leaves in Auckland today is still there for most of a day.
    /// </summary>
    public string? EffectivePrompt { get; set; }

    /// <summary>
    /// How far ahead of now that day is. Dates state when something begins and ends, so that looking further ahead moves nothing but what
    /// is known; less than two days leaves parts of the world behind.
    /// </summary>
    public int LookAheadHours { get; set; } = 48;

    /// <summary>The prompt of the report that takes the moment since when workers must have changed; left out where it always has everybody.</summary>
    public string? SincePrompt { get; set; }

    /// <summary>The aliases of the fields that the status is made of.</summary>
    public WorkdayStatusFields StatusFields { get; set => field = value ?? new WorkdayStatusFields(); } = new();

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute)
    {
        Locate(Auth?.Password, absolute);
        Locate(Auth?.ClientSecret, absolute);
        Locate(Auth?.RefreshToken, absolute);
    }

    internal override IReadOnlyList<string> ListPath => ["Report_Entry"];

    internal override DeclarationDefaults Defaults { get; } = new()
    {
        Columns = new()
        {
            // Who is hired after working as a contingent worker gets another WID and keeps the Universal ID.
            ["workerId"] = "Worker_WID",
            ["personId"] = "Universal_ID",
            ["employeeNumber"] = "Employee_ID",
            ["givenName"] = "Preferred_First_Name",
            ["familyName"] = "Preferred_Last_Name",
            ["legalGivenName"] = "Legal_First_Name",
            ["legalFamilyName"] = "Legal_Last_Name",
            ["status"] = StatusColumn,
            ["type"] = "Worker_Type",
            ["startDate"] = "Hire_Date",
            ["contractEndDate"] = "Contract_End_Date",
            ["terminationDate"] = "Termination_Date",
            ["lastDayOfWork"] = "Last_Day_of_Work",
            ["title"] = "Business_Title",
            ["jobCode"] = "Job_Code",
            ["positionId"] = "Position_ID",
            ["department"] = "Department",
            ["departmentCode"] = "Department_Code",
            ["costCenter"] = "Cost_Center",
            ["company"] = "Company",
            ["location"] = "Location",
            ["country"] = "Country_Code",
            ["managerId"] = "Manager_WID",
            ["workEmail"] = "Work_Email",
            ["workPhone"] = "Work_Phone",
            ["leaveStart"] = "Leave_Start",
            ["leaveEnd"] = "Leave_End",
        },
        Words = new()
        {
            Status = new()
            {
                ["Active"] = "active", ["On Leave"] = "onLeave", ["Terminated"] = "terminated", ["Retired"] = "retired",
                ["Future Hire"] = "prehire", ["Rescinded"] = "discarded",
            },
            Type = new() { ["Employee"] = "employee", ["Contingent Worker"] = "contingent", ["Intern"] = "intern" },
        },
    };

    internal override IEnumerable<ConfigurationFault> OwnFaults() =>
    [
        .. FaultsOfAddress("url", Url, "https://host/ccx/service/customreport2/tenant/owner/report"),
        .. Auth is null ? [new ConfigurationFault("auth", "How the integration system user signs in is required.")] : Auth.Faults(this),
        .. LookAheadHours is < 48 or > 24 * 366 ? [new ConfigurationFault("lookAheadHours", "The look-ahead is between 48 hours and a year.")] : Array.Empty<ConfigurationFault>(),
    ];
}
