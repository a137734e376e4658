using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Tests.Workers;

/// <summary>Random facts whose dates lie close together, so that they meet each other and the instant.</summary>
internal static class WorkerGenerators
{
    private static readonly LocalDate Middle = new(2026, 4, 24);

    private static readonly string?[] Texts = [null, "", "a", "Søren", "Nguyễn", "प्रिया", "𠮷田", "😀", "\"\\\u0001\n", "<script>&'+", "\u2028"];

    public static Gen<Instant> Moment { get; } =
        from minutes in Gen.Choose(-20 * 1440, 20 * 1440)
        select Middle.AtMidnight().InUtc().ToInstant() + Duration.FromMinutes(minutes);

    public static Gen<Duration> Preparation { get; } = Gen.Choose(0, 15).Select(d => Duration.FromDays(d));

    public static Gen<WorkerFacts> Facts { get; } =
        from status in Gen.Elements(Enum.GetValues<EmploymentStatus>())
        from type in Gen.Elements(Enum.GetValues<WorkerType>())
        from zone in Gen.Elements("Europe/Copenhagen", "Africa/Cairo", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "UTC")
        from dates in Gen.ArrayOf(Date, 4)
        from texts in Gen.ArrayOf(Gen.Elements(Texts), 15)
        select new WorkerFacts
        {
            WorkerId = texts[0] ?? "w",
            EmployeeNumber = texts[1] ?? "1",
            GivenName = texts[2] ?? "Anna",
            FamilyName = texts[3],
            DisplayName = texts[4],
            Status = status,
            Type = type,
            StartDate = dates[0],
            ContractEndDate = dates[1],
            TerminationDate = dates[2],
            LastDayOfWork = dates[3],
            Title = texts[5],
            Department = texts[6],
            DepartmentCode = texts[7],
            CostCenter = texts[8],
            Company = texts[9],
            Division = texts[10],
            Location = texts[11],
            Country = texts[12],
            TimeZone = zone,
            ManagerId = texts[13],
            WorkEmail = texts[14],
            WorkPhone = texts[5],
            PreferredLanguage = texts[6],
            UserName = texts[7],
        };

    private static Gen<LocalDate?> Date => Gen.Frequency(
        (2, Gen.Constant<LocalDate?>(null)),
        (5, Gen.Choose(-15, 15).Select(d => (LocalDate?)Middle.PlusDays(d))),
        (1, Gen.Elements<LocalDate?>(LocalDate.MaxIsoValue, new LocalDate(1, 1, 1))));
}
