using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Sources;

/// <summary>
/// The canonical fields that a source feeds: the properties of <see cref="WorkerFacts"/> by name. The order is part of every row's
/// hash, so a new field goes to the end.
/// </summary>
internal enum WorkerField
{
    WorkerId = 0,
    EmployeeNumber,
    GivenName,
    FamilyName,
    DisplayName,
    Status,
    Type,
    StartDate,
    ContractEndDate,
    TerminationDate,
    LastDayOfWork,
    Title,
    Department,
    DepartmentCode,
    CostCenter,
    Company,
    Division,
    Location,
    Country,
    TimeZone,
    ManagerId,
    WorkEmail,
    WorkPhone,
    PreferredLanguage,
    UserName,
}
