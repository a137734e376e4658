using System.Globalization;

namespace ScimBridge.Server.Tests.Plans;

/// <summary>Rows of an invented company of which much is about to happen: joiners, leavers, leaves and contracts around 2 March 2026.</summary>
internal sealed class InventedCompany(int seed)
{
    private static readonly string[] Given = ["Anna", "Ravi", "Maria", "Li", "Tom", "Ida", "Omar", "Zoë"];
    private static readonly string[] Family = ["Jensen", "Okafor", "Sharma", "Lopez", "Nguyen", "Müller", "Dahl", "Kim"];
    private static readonly DateOnly Today = new(2026, 3, 2);
    private readonly Random _random = new(seed);

    /// <summary>Some workers, each with a manager among those before or after.</summary>
    public List<string> Rows(int workers) => [.. Enumerable.Range(1, workers).Select(i => Row(i, workers))];

    /// <summary>The same company a while later: some have changed, some are new, a few have left; who is unchanged stands in it too.</summary>
    public List<string> Later(List<string> rows, int joiners)
    {
        var later = rows.Select(row =>
        {
            var cells = row.Split(',');
            switch (_random.Next(12))
            {
                case 0:
                    cells[8] = "Head of " + cells[9];
                    break;
                case 1:
                    cells[9] = Department();
                    break;
                case 2:
                    cells[2] = cells[2] + "-Berg";
                    break;
                case 3:
                    cells[10] = (1 + _random.Next(rows.Count + joiners)).ToString(CultureInfo.InvariantCulture);
                    break;
            }

            return string.Join(',', cells);
        }).ToList();
        foreach (var i in Enumerable.Range(0, 3))
            later[i * 7] = string.Join(',', later[i * 7].Split(',').Select((cell, at) => at == 7 ? Date(-1) : cell));
        return [.. later, .. Enumerable.Range(rows.Count + 1, joiners).Select(i => Row(i, rows.Count + joiners))];
    }

    /// <summary>With some of whom much happens within a month: who comes and leaves, whose contract runs out on leave, who is told to go.</summary>
    public List<string> ShortStays(List<string> rows, int stays) => [.. rows, .. Enumerable.Range(rows.Count + 1, stays).Select(i =>
    {
        var start = _random.Next(1, 16);
        var (status, type, from, end, lastDay) = _random.Next(4) switch
        {
            0 => ("P", "C", Date(start), Date(start + _random.Next(0, 14)), ""),
            1 => ("L", "C", Date(-200), Date(_random.Next(0, 20)), ""),
            2 => ("P", "E", Date(start), "", Date(start + _random.Next(1, 10))),
            _ => ("A", "E", Date(-100), "", Date(_random.Next(0, 14))),
        };
        return string.Join(
            ',', i.ToString(CultureInfo.InvariantCulture), Given[_random.Next(Given.Length)], Family[_random.Next(Family.Length)], status, type, from, end, lastDay, "Title 1",
            Department(), (1 + _random.Next(rows.Count + stays)).ToString(CultureInfo.InvariantCulture));
    })];

    private string Row(int i, int workers)
    {
        var (status, start, end, lastDay) = _random.Next(10) switch
        {
            0 => ("P", Date(_random.Next(1, 60)), "", ""),
            1 => ("P", Date(_random.Next(1, 15)), "", ""),
            2 => ("A", Date(-400), "", Date(_random.Next(0, 50))),
            3 => ("L", Date(-700), "", ""),
            4 => ("S", Date(-300), "", ""),
            5 => ("T", Date(-900), "", Date(-_random.Next(2, 90))),
            _ => ("A", Date(-_random.Next(10, 3_000)), "", ""),
        };
        var type = status == "A" && _random.Next(6) == 0 ? "C" : "E";
        if (type == "C")
            end = Date(_random.Next(1, 60));
        var manager = i == 1 || _random.Next(8) == 0 ? "" : (1 + _random.Next(workers)).ToString(CultureInfo.InvariantCulture);
        return string.Join(
            ',', i.ToString(CultureInfo.InvariantCulture), Given[_random.Next(Given.Length)], Family[_random.Next(Family.Length)], status, type, start, end,
            lastDay, $"Title {_random.Next(5)}", Department(), manager);
    }

    private string Department() => _random.Next(6) is var n and < 5 ? $"Department {n}" : "";

    private static string Date(int days) => Today.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
