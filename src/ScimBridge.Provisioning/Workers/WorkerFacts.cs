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

    /// <summary>
    /// The source's key of the person, where it tells persons and working relationships apart. Records with the same key are about the
    /// same person: a rehire under a new <see cref="WorkerId"/>, a second job, a contractor who becomes an employee.
    /// </summary>
    public string? PersonId { get; init; }

    /// <summary>Given name as in the papers, where it differs from <see cref="GivenName"/>. Restricted: for the mapping only.</summary>
    public string? LegalGivenName { get; init; }

    /// <summary>Family name as in the papers, where it differs from <see cref="FamilyName"/>. Restricted: for the mapping only.</summary>
    public string? LegalFamilyName { get; init; }

    /// <summary>Job code; stable where the title is not.</summary>
    public string? JobCode { get; init; }

    /// <summary>The source's key of the position.</summary>
    public string? PositionId { get; init; }

    /// <summary>Whether this is the relationship that names title, department and manager where a person has several.</summary>
    public bool? Primary { get; init; }

    /// <summary>The class of the end of employment.</summary>
    public TerminationType? TerminationType { get; init; }

    /// <summary>HR wants access to end now, whatever the dates say.</summary>
    public bool? RevokeNow { get; init; }

    /// <summary>The class of the leave that the worker is on, or is going on.</summary>
    public LeaveType? LeaveType { get; init; }

    /// <summary>First day of the leave, inclusive.</summary>
    public LocalDate? LeaveStart { get; init; }

    /// <summary>Last day of the leave as far as it is known, inclusive.</summary>
    public LocalDate? LeaveEnd { get; init; }
}
