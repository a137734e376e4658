using ScimBridge.Connectors.Sources.Mapping;
using ScimBridge.Connectors.Sources.Pulling;

namespace ScimBridge.Connectors.Sources.Personio;

/// <summary>
/// Personio, by its persons (<see href="https://developer.personio.de/reference/get_v2-persons"/>) and their employments
/// (<see href="https://developer.personio.de/reference/get_v2-persons-person-id-employments"/>). A record has the members
/// <c>person</c> and <c>employment</c>, each as Personio shapes it.
/// </summary>
public sealed class PersonioSourceOptions : PullOptions
{
    /// <summary>The address of the interface.</summary>
    public string BaseUrl { get; set; } = "https://api.personio.de";

    /// <summary>The client id of the API credentials.</summary>
    public string? ClientId { get; set; }

    /// <summary>Where the secret of the API credentials is kept; the scope <c>personio:persons:read</c> is enough.</summary>
    public SecretReference? ClientSecret { get; set; }

    /// <inheritdoc/>
    public override void Locate(Func<string, string> absolute) => Locate(ClientSecret, absolute);

    internal override DeclarationDefaults Defaults { get; } = new()
    {
        Columns = new()
        {
            // Supervisors are named as persons, so that the person is the worker, with one of the employments.
            ["workerId"] = "person.id",
            ["givenName"] = "person.first_name",
            ["familyName"] = "person.last_name",
            ["workEmail"] = "person.email",
            ["status"] = "employment.status",
            ["type"] = "employment.type",
            ["startDate"] = "employment.employment_start_date",
            ["contractEndDate"] = "employment.contract_end_date",
            ["terminationDate"] = "employment.termination.termination_date",
            ["lastDayOfWork"] = "employment.termination.last_working_day",
            ["terminationType"] = "employment.termination.type",
            ["title"] = "employment.position.title",
            ["departmentCode"] = "employment.org_units[type=department].id",
            ["costCenter"] = "employment.cost_centers[0].id",
            ["company"] = "employment.legal_entity.id",
            ["location"] = "employment.office.id",
            ["managerId"] = "employment.supervisor.id",
        },
        Words = new()
        {
            Status = new() { ["ACTIVE"] = "active", ["ONBOARDING"] = "prehire", ["LEAVE"] = "onLeave", ["INACTIVE"] = "terminated" },
            Type = new() { ["INTERNAL"] = "employee", ["EXTERNAL"] = "contractor" },
            TerminationType = new()
            {
                ["EMPLOYEE"] = "voluntary", ["QUIT"] = "voluntary", ["FIRED"] = "involuntary", ["IRREVOCABLE_SUSPENSION"] = "involuntary",
                ["DEATH"] = "death", ["CONTRACT_EXPIRED"] = "endOfContract", ["RETIREMENT"] = "retirement", ["CANCELLATION"] = "unknown",
                ["AGREEMENT"] = "unknown", ["COLLECTIVE_AGREEMENT"] = "unknown", ["SETTLEMENT_AGREEMENT"] = "unknown",
                ["COURT_SETTLEMENT"] = "unknown", ["SUB_COMPANY_SWITCH"] = "unknown", ["UNSPECIFIED"] = "unknown",
            },
        },
    };

    /// <summary>Makes the declaration of Personio: dates may have a time behind them.</summary>
    public PersonioSourceOptions() => DateFormat = ["date"];

    internal override IEnumerable<ConfigurationFault> OwnFaults() =>
    [
        .. FaultsOfAddress("baseUrl", BaseUrl, "https://api.personio.de"),
        .. string.IsNullOrWhiteSpace(ClientId) ? [new ConfigurationFault("clientId", "The client id of the API credentials is required.")] : Array.Empty<ConfigurationFault>(),
        .. FaultsOfSecret("clientSecret", ClientSecret),
    ];
}
