using System.Globalization;
using ScimBridge.Fixtures;

namespace ScimBridge.Server.Tests.Groups;

/// <summary>
/// People move, leave, come back; rules change; hands put people into groups and take them out. After each step the memberships by rule are
/// what the rules of the moment say of everybody as they are, told by functions that know nothing of filters; and hands are left alone.
/// </summary>
internal static class RandomCompany
{
    private static readonly string[] Departments = ["Sales", "Support", "Legal"];

    // Each rule twice: as it is written, and as it is meant.
    private static readonly (string Key, string Json, Func<Person, string?> Gives)[] Rules =
    [
        ("staff", """{ "displayName": "Staff", "where": "userName pr" }""", _ => "Staff"),
        ("sales", """{ "displayName": "Sellers", "where": "department eq \"sales\"" }""", p => p.Department == "Sales" ? "Sellers" : null),
        ("out", """{ "displayName": "Outside", "where": "not (userType eq \"employee\") and active eq true" }""", p => p.Contractor && p.IsActive ? "Outside" : null),
        ("ends", """{ "displayName": "Ends in n", "where": "title ew \"n\" or title co \"aa\"" }""", p => p.Title[^1] is 'n' or 'N' || p.Title.Contains("aa", StringComparison.OrdinalIgnoreCase) ? "Ends in n" : null),
        ("each", """{ "displayName": "{value} all", "each": "department" }""", p => p.Department + " all"),
        ("some", """{ "displayName": "{value} out", "each": "department", "where": "workerType eq \"contractor\"" }""", p => p.Contractor ? p.Department + " out" : null),
    ];

    public static async Task RunAsync(DatabaseKind kind, int seed, int steps)
    {
        var random = new Random(seed);
        var people = Enumerable.Range(1, 20).Select(i => new Person(i.ToString(CultureInfo.InvariantCulture)).Moved(random)).ToList();
        var rules = Some(random);
        var hands = new SortedSet<string>(StringComparer.Ordinal);
        await using var bridge = await GroupBridge.StartAsync(kind, Text(rules), json => json["groupSafety"] = new System.Text.Json.Nodes.JsonObject { ["enabled"] = false });
        await bridge.Bridge.ImportAsync([.. people.Select(p => p.Row)]);
        for (var step = 0; step < steps; step++)
        {
            var what = random.Next(4);
            if (what == 0)
            {
                rules = Some(random);
                await bridge.WantAsync(Text(rules));
            }
            else if (what == 1 && await GroupsAsync(bridge) is { Count: > 0 } groups)
            {
                var (person, group) = (people[random.Next(people.Count)], groups[random.Next(groups.Count)]);
                var joins = random.Next(3) > 0;
                if (!await bridge.HasUserAsync(person.Id))
                    continue;
                await bridge.HandAsync(person.Id, group, joins);
                if (joins)
                    hands.Add($"{person.Id} {group}");
                else
                    hands.Remove($"{person.Id} {group}");
            }
            else
            {
                for (var i = 0; i < 5; i++)
                {
                    var at = random.Next(people.Count);
                    people[at] = people[at].Moved(random);
                }

                await bridge.Bridge.ImportAsync([.. people.Select(p => p.Row)]);
            }

            // Who has left has lost what hands gave.
            var left = people.Where(p => p.HasLeft).Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
            hands.RemoveWhere(h => left.Contains(h.Split(' ')[0]));
            var ruled = people.Where(p => !p.HasLeft)
                .SelectMany(p => rules.Select(r => Rules[r].Gives(p)).OfType<string>().Select(g => $"{p.Id} {g}")).ToHashSet(StringComparer.Ordinal);
            var expected = ruled.Union(hands, StringComparer.Ordinal)
                .Select(m => m + (ruled.Contains(m) ? " rule" : "") + (hands.Contains(m) ? " hand" : "")).Order(StringComparer.Ordinal);
            Assert.Equal(expected, await bridge.MembersAsync());
        }

        // And what the bridge says, the target has.
        var members = (await bridge.MembersAsync()).Count;
        Assert.Equal(members, bridge.Bridge.Corp.Groups().Sum(g => g.Members.Count));
        Assert.True(hands.Count > 0 && members > 0, "Nothing was left to look at.");
    }

    private static List<int> Some(Random random) => [.. Enumerable.Range(0, Rules.Length).Where(_ => random.Next(2) == 0)];

    private static string Text(List<int> rules) => "{" + string.Join(',', rules.Select(r => $"\"{Rules[r].Key}\": {Rules[r].Json}")) + "}";

    private static Task<List<string>> GroupsAsync(GroupBridge bridge) => bridge.Bridge.Database.ReadAsync(
        s => s.QueryAsync(
            "SELECT body FROM resource WHERE type = 'Group' ORDER BY id",
            r => (string)System.Text.Json.Nodes.JsonNode.Parse(r.GetString(0))!["displayName"]!,
            CancellationToken.None),
        CancellationToken.None);

    internal sealed record Person(string Id)
    {
        public string Department { get; private init; } = "Sales";

        public bool Contractor { get; private init; }

        public string Title { get; private init; } = "Engineer";

        public bool HasLeft { get; private init; }

        public bool IsActive => !HasLeft;

        public string Row => TestBridge.Row(
            Id, "Given" + Id, "Family" + Id, status: HasLeft ? "T" : "A", type: Contractor ? "C" : "E", end: Contractor ? "2030-01-01" : "",
            lastDay: HasLeft ? "2026-02-01" : "", title: Title, department: Department);

        public Person Moved(Random random) => this with
        {
            Department = Departments[random.Next(Departments.Length)],
            Contractor = random.Next(2) == 0,
            Title = new[] { "Engineer", "Aardvark", "Technician" }[random.Next(3)],
            HasLeft = random.Next(6) == 0,
        };
    }
}
