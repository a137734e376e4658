using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Server.Tests.Feeds;

/// <summary>A company of four hundred as its HR system would export it, always the same: the feed from which the bad ones are made.</summary>
internal sealed class SoundCompany
{
    public const int People = 400;
    public static readonly LocalDate Today = new(2026, 3, 2);

    public static readonly IReadOnlyList<string> Columns =
    [
        "id", "number", "given", "family", "email", "status", "type", "start", "contractEnd", "lastDay", "title", "department", "departmentCode",
        "costCenter", "company", "site", "country", "zone", "leaveStart", "leaveEnd", "manager",
    ];

    private static readonly string[] Given =
    [
        "Anna", "Bo", "Cai", "Dea", "Eva", "Finn", "Gro", "Hans", "Ida", "Jens", "Karen", "Lars", "Mette", "Niels", "Ole", "Pia", "Rie", "Søren", "Tove",
        "Ulla", "Vera", "Willy", "Åse", "Priya", "Arjun", "Kavya", "Rohan", "Meera", "Otto", "Jürgen", "Heike", "Uwe", "Zoë", "Chloé", "José", "María",
        "Wei", "Li", "Min", "Jun", "Sara", "Noah", "Emma", "Liam", "Olivia", "Mason", "Ava", "Ethan", "Nora", "Axel",
    ];

    private static readonly string[] Family =
    [
        "Jensen", "Dahl", "Holm", "Friis", "Lund", "Berg", "Krag", "Bech", "Møller", "Skov", "Bruun", "Kjær", "Toft", "Winther", "Vang", "Rask", "Iversen",
        "Sharma", "Patel", "Iyer", "Reddy", "Nair", "Gupta", "Müller", "Schmidt", "Weiß", "Koch", "Bauer", "Richter", "Wolf", "Smith", "Jones", "Brown",
        "Davis", "Miller", "Wilson", "Moore", "Clark", "Lewis", "Walker", "Hall", "Young", "King", "Wright", "Lopez", "Hill", "Green", "Adams", "Baker",
        "Nelson", "Carter", "Mitchell", "Perez", "Roberts", "Turner", "Phillips", "Campbell", "Parker", "Evans", "Edwards", "Collins", "Stewart",
        "Sanchez", "Morris", "Rogers", "Reed", "Cook", "Morgan", "Bell", "Murphy", "O'Brien", "Fitz-Gerald",
    ];

    private static readonly string[] Departments =
        ["Sales", "Finance", "Legal", "Research", "Production", "Logistics", "Support", "Marketing", "Quality", "IT", "HR", "Facilities"];

    private static readonly string[] Titles = ["Clerk", "Engineer", "Analyst", "Specialist", "Consultant", "Assistant"];

    private static readonly (string Site, string Country, string Zone)[] Sites =
        [("Copenhagen", "DK", "Europe/Copenhagen"), ("Berlin", "DE", "Europe/Berlin"), ("Pune", "IN", "Asia/Kolkata"), ("Boston", "US", "America/New_York")];

    /// <summary>The rows as they were yesterday.</summary>
    public static IReadOnlyList<string[]> Known { get; } = Build();

    /// <summary>The workers of whom the feed of today says something new, harmless and true: another title.</summary>
    public static IReadOnlySet<string> Retitled { get; } =
        Known.Where(r => Of(r, "status") == "A" && Of(r, "lastDay").Length == 0 && Of(r, "type") == "E" && Of(r, "manager").Length > 0)
            .Where((_, i) => i % 18 == 7).Take(15).Select(r => r[0]).ToHashSet(StringComparer.Ordinal);

    /// <summary>The workers who are in the feed of today for the first time.</summary>
    public static IReadOnlyList<string[]> Hired { get; } =
    [
        .. Enumerable.Range(0, 5).Select(i => (string[])
        [
            $"9{i:000}", $"X9{i:000}", "Nova", $"Newman{(char)('a' + i)}", $"nova.{i}@corp.example", "A", "E", "2026-03-02", "", "", "Trainee", "Sales", "D01",
            "C01", "Corp", "Copenhagen", "DK", "Europe/Copenhagen", "", "", "1001",
        ]),
    ];

    /// <summary>The rows of the sound feed of today; fresh copies.</summary>
    public static List<string[]> Sound()
    {
        var rows = Known.Select(r => (string[])[.. r]).ToList();
        foreach (var row in rows.Where(r => Retitled.Contains(r[0])))
            Set(row, "title", "Senior " + Of(row, "title"));
        // New people stand among the others, as they do in an export that is sorted by department.
        for (var i = 0; i < Hired.Count; i++)
            rows.Insert(60 + (i * 70), [.. Hired[i]]);
        return rows;
    }

    public static int Index(string column) => Columns.ToList().IndexOf(column);

    public static string Of(string[] row, string column) => row[Index(column)];

    public static void Set(string[] row, string column, string value) => row[Index(column)] = value;

    private static List<string[]> Build()
    {
        var random = new Random(20260302);
        var rows = new List<string[]>();
        for (var i = 0; i < People; i++)
        {
            var (given, family) = (Given[random.Next(Given.Length)], Family[random.Next(Family.Length)]);
            var department = i == 0 ? 0 : i % Departments.Length;
            var (site, country, zone) = Sites[random.Next(10) switch { < 5 => 0, < 7 => 1, < 9 => 2, _ => 3 }];
            var contractor = i >= 40 && random.Next(100) < 15;
            var start = Today.PlusDays(-random.Next(60, 4000));
            var state = i < 40 ? 100 : random.Next(100);
            var (status, contractEnd, lastDay, leaveStart, leaveEnd) = ("A", "", "", "", "");
            if (contractor)
                contractEnd = Text(Today.PlusDays(random.Next(61, 360)));
            if (state < 8)
                (status, lastDay, contractEnd) = ("T", Text(Later(Today.PlusDays(-random.Next(3, 400)), start)), contractor ? Text(Today.PlusDays(random.Next(20, 360))) : "");
            else if (state < 11)
                lastDay = Text(Today.PlusDays(random.Next(5, 60)));
            else if (state < 15)
                (status, start) = ("P", Today.PlusDays(random.Next(2, 60)));
            else if (state < 18)
                (status, leaveStart, leaveEnd) = ("L", Text(Today.PlusDays(-random.Next(1, 60))), Text(Today.PlusDays(random.Next(20, 100))));
            var leave = leaveStart.Length > 0 && start > Today.PlusDays(-61) ? Today.PlusDays(-400) : start;
            rows.Add(
            [
                $"{1000 + i}", $"N{5000 + ((i * 7919) % 4999)}", given, family, $"{Plain(given)}.{Plain(family)}.{i}@corp.example", status,
                contractor ? "C" : "E", Text(leave), contractEnd, lastDay, Titles[random.Next(Titles.Length)], Departments[department], $"D{department + 1:00}",
                $"C{department + 1:00}", "Corp", site, country, zone, leaveStart, leaveEnd,
                i == 0 ? "" : i < 13 ? "1000" : i < 40 ? $"{1000 + (department == 0 ? 12 : department)}" : $"{1000 + 13 + (i % 27)}",
            ]);
        }

        return rows;
    }

    private static LocalDate Later(LocalDate one, LocalDate other) => one > other ? one : other;

    private static string Text(LocalDate date) => LocalDatePattern.Iso.Format(date);

    private static string Plain(string name) => new([.. name.Where(char.IsAsciiLetter).Select(char.ToLowerInvariant)]);
}
