using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Connectors.Tests.Sources;

/// <summary>A worker of the scenario pack, before any system has put it in its own shape.</summary>
internal sealed record Person(
    string Id, string Given, string Family, bool Left, bool External, LocalDate Start, LocalDate? ContractEnd, LocalDate? Termination,
    string Title, string Site, string? Manager)
{
    /// <summary>Values that must be found nowhere: pay, bank, national identifier.</summary>
    public static readonly string[] Canaries = ["CANARY-SALARY-91342", "DK5000400440116243", "CANARY-SSN-078051120"];

    /// <summary>What every way in has to come to, byte by byte.</summary>
    public static IReadOnlyList<Person> Pack { get; } =
    [
        new("1001", "Grace", "Okafor", false, false, new(2024, 3, 1), null, null, "Head of Sales", "CPH", null),
        new("1002", "Zoë", "Ærø \"Z\" O'Hara", false, false, new(2026, 4, 1), null, null, "Engineer, Platform", "PUN", "1001"),
        new("1003", "Per", "Lund", true, false, new(2019, 1, 1), null, new(2026, 2, 27), "Analyst", "CPH", "1001"),
        new("1004", "名", "Ω", false, true, new(2025, 6, 1), new(2026, 12, 31), null, "Consultant", "Elsewhere", "1001"),
    ];

    public string Email => $"p{Id}@corp.example";

    public WorkerFacts Facts => new()
    {
        WorkerId = Id,
        EmployeeNumber = Id,
        GivenName = Given,
        FamilyName = Family,
        Status = Left ? EmploymentStatus.Terminated : EmploymentStatus.Active,
        Type = External ? WorkerType.Contractor : WorkerType.Employee,
        StartDate = Start,
        ContractEndDate = ContractEnd,
        TerminationDate = Termination,
        Title = Title,
        Location = Site,
        TimeZone = Site == "PUN" ? "Asia/Kolkata" : "Europe/Copenhagen",
        ManagerId = Manager,
        WorkEmail = Email,
    };

    public static string? Iso(LocalDate? date) => date is { } day ? NodaTime.Text.LocalDatePattern.Iso.Format(day) : null;
}
