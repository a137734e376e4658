namespace ScimBridge.Provisioning.Workers;

/// <summary>
/// What a source can state in one record: the properties of <see cref="WorkerFacts"/> by name, then what it states about the record
/// itself. The order is part of every record's hash, so a new field goes to the end of its group's numbers.
/// </summary>
public enum WorkerField
{
    /// <summary><see cref="WorkerFacts.WorkerId"/>.</summary>
    WorkerId = 0,

    /// <summary><see cref="WorkerFacts.EmployeeNumber"/>.</summary>
    EmployeeNumber,

    /// <summary><see cref="WorkerFacts.GivenName"/>.</summary>
    GivenName,

    /// <summary><see cref="WorkerFacts.FamilyName"/>.</summary>
    FamilyName,

    /// <summary><see cref="WorkerFacts.DisplayName"/>.</summary>
    DisplayName,

    /// <summary><see cref="WorkerFacts.Status"/>.</summary>
    Status,

    /// <summary><see cref="WorkerFacts.Type"/>.</summary>
    Type,

    /// <summary><see cref="WorkerFacts.StartDate"/>.</summary>
    StartDate,

    /// <summary><see cref="WorkerFacts.ContractEndDate"/>.</summary>
    ContractEndDate,

    /// <summary><see cref="WorkerFacts.TerminationDate"/>.</summary>
    TerminationDate,

    /// <summary><see cref="WorkerFacts.LastDayOfWork"/>.</summary>
    LastDayOfWork,

    /// <summary><see cref="WorkerFacts.Title"/>.</summary>
    Title,

    /// <summary><see cref="WorkerFacts.Department"/>.</summary>
    Department,

    /// <summary><see cref="WorkerFacts.DepartmentCode"/>.</summary>
    DepartmentCode,

    /// <summary><see cref="WorkerFacts.CostCenter"/>.</summary>
    CostCenter,

    /// <summary><see cref="WorkerFacts.Company"/>.</summary>
    Company,

    /// <summary><see cref="WorkerFacts.Division"/>.</summary>
    Division,

    /// <summary><see cref="WorkerFacts.Location"/>.</summary>
    Location,

    /// <summary><see cref="WorkerFacts.Country"/>.</summary>
    Country,

    /// <summary><see cref="WorkerFacts.TimeZone"/>.</summary>
    TimeZone,

    /// <summary><see cref="WorkerFacts.ManagerId"/>.</summary>
    ManagerId,

    /// <summary><see cref="WorkerFacts.WorkEmail"/>.</summary>
    WorkEmail,

    /// <summary><see cref="WorkerFacts.WorkPhone"/>.</summary>
    WorkPhone,

    /// <summary><see cref="WorkerFacts.PreferredLanguage"/>.</summary>
    PreferredLanguage,

    /// <summary><see cref="WorkerFacts.UserName"/>.</summary>
    UserName,

    /// <summary><see cref="WorkerFacts.PersonId"/>.</summary>
    PersonId,

    /// <summary><see cref="WorkerFacts.LegalGivenName"/>.</summary>
    LegalGivenName,

    /// <summary><see cref="WorkerFacts.LegalFamilyName"/>.</summary>
    LegalFamilyName,

    /// <summary><see cref="WorkerFacts.JobCode"/>.</summary>
    JobCode,

    /// <summary><see cref="WorkerFacts.PositionId"/>.</summary>
    PositionId,

    /// <summary><see cref="WorkerFacts.Primary"/>.</summary>
    Primary,

    /// <summary><see cref="WorkerFacts.TerminationType"/>.</summary>
    TerminationType,

    /// <summary><see cref="WorkerFacts.RevokeNow"/>.</summary>
    RevokeNow,

    /// <summary><see cref="WorkerFacts.LeaveType"/>.</summary>
    LeaveType,

    /// <summary><see cref="WorkerFacts.LeaveStart"/>.</summary>
    LeaveStart,

    /// <summary><see cref="WorkerFacts.LeaveEnd"/>.</summary>
    LeaveEnd,

    /// <summary><see cref="HrRecord.EffectiveFrom"/>.</summary>
    EffectiveFrom,

    /// <summary><see cref="HrRecord.Sequence"/>.</summary>
    Sequence,

    /// <summary><see cref="HrRecord.RecordId"/>.</summary>
    RecordId,

    /// <summary><see cref="HrRecord.Kind"/>.</summary>
    RecordKind,
}
