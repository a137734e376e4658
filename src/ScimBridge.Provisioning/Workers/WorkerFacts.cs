using NodaTime;

namespace ScimBridge.Provisioning.Workers;

/// <summary>
/// The canonical facts about a worker as one source states them. Dates stay dates until the worker's zone is known.
/// Pay, bank, health and national identifiers have no place here, so that they cannot be stored.
/// </summary>
public sealed record WorkerFacts
{
    /// <summary>The source's stable key of the worker; never shown to targets.</summary>
    public required string WorkerId { get; init; }

    /// <summary>The number that people know the worker by. Defaults to <see cref="WorkerId"/>.</summary>
    public required string EmployeeNumber { get; init; }

    /// <summary>Given name, as the person uses it.</summary>
    public required string GivenName { get; init; }

    /// <summary>Family name; a person may have none.</summary>
    public string? FamilyName { get; init; }

    /// <summary>How the name is shown where it differs from given name + family name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>Canonical status.</summary>
    public required EmploymentStatus Status { get; init; }

    /// <summary>Kind of working relationship.</summary>
    public required WorkerType Type { get; init; }

    /// <summary>First working day, inclusive.</summary>
    public LocalDate? StartDate { get; init; }

    /// <summary>Last day of a contract, inclusive; access ends when the day is over in the worker's zone.</summary>
    public LocalDate? ContractEndDate { get; init; }

    /// <summary>Last day of employment, inclusive.</summary>
    public LocalDate? TerminationDate { get; init; }

    /// <summary>Last day on which work is done, inclusive; access ends with it where it is earlier than the end of employment.</summary>
    public LocalDate? LastDayOfWork { get; init; }

    /// <summary>Job title.</summary>
    public string? Title { get; init; }

    /// <summary>Department name.</summary>
    public string? Department { get; init; }

    /// <summary>Department code; stable where the name is not.</summary>
    public string? DepartmentCode { get; init; }

    /// <summary>Cost centre.</summary>
    public string? CostCenter { get; init; }

    /// <summary>Legal employer.</summary>
    public string? Company { get; init; }

    /// <summary>Division.</summary>
    public string? Division { get; init; }

    /// <summary>Site name or code.</summary>
    public string? Location { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? Country { get; init; }

    /// <summary>IANA time zone of the worker. The chain worker, site, source default is resolved before this is set.</summary>
    public required string TimeZone { get; init; }

    /// <summary><see cref="WorkerId"/> of the manager at the same source.</summary>
    public string? ManagerId { get; init; }

    /// <summary>Work e-mail where HR masters it.</summary>
    public string? WorkEmail { get; init; }

    /// <summary>Work telephone, as the source writes it.</summary>
    public string? WorkPhone { get; init; }

    /// <summary>BCP 47 language tag.</summary>
    public string? PreferredLanguage { get; init; }

    /// <summary>User name where HR masters it; otherwise one is made by the mapping.</summary>
    public string? UserName { get; init; }
}
