using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Storage.Tests.Queries;

/// <summary>Many users, each like the others but for a number, and groups of them.</summary>
internal static class Population
{
    private const int Batch = 1000;
    private static readonly ResourceType User = SchemaCatalog.Default.User;
    private static readonly ResourceType Group = SchemaCatalog.Default.Group;

    public static string UserId(int number) => string.Create(CultureInfo.InvariantCulture, $"01900000-0000-7000-8000-{number:d12}");

    public static string GroupId(int number) => string.Create(CultureInfo.InvariantCulture, $"01900000-0000-7000-9000-{number:d12}");

    /// <summary>When a user was written, in microseconds since 1970.</summary>
    public static long WrittenAt(int number) => 1_700_000_000_000_000 + (number / Batch);

    public static async Task AddUsersAsync(Database database, int from, int to)
    {
        for (var first = from; first < to; first += Batch)
        {
            var changes = Write.ChangesAt(WrittenAt(first));
            for (var n = first; n < Math.Min(first + Batch, to); n++)
                changes.Resources.Add(Write.Create(User, UserId(n), Body(n)));
            await database.CommitAsync(changes);
        }
    }

    public static async Task AddGroupAsync(Database database, int number, IEnumerable<string> members)
    {
        var changes = Write.ChangesAt(WrittenAt(0));
        var name = string.Create(CultureInfo.InvariantCulture, $"Group {number}");
        changes.Resources.Add(Write.Create(Group, GroupId(number), Write.Body(("displayName", name))));
        changes.Memberships.AddRange(members.Select(m => Write.Join(GroupId(number), m)));
        await database.CommitAsync(changes);
    }

    private static JsonObject Body(int n)
    {
        var number = n.ToString(CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["schemas"] = new JsonArray(SchemaUris.User, SchemaUris.EnterpriseUser),
            ["externalId"] = "ext-" + number,
            ["userName"] = $"user{number}@corp.example",
            ["name"] = new JsonObject { ["formatted"] = $"Given{number} Family{number}", ["familyName"] = "Family" + number, ["givenName"] = "Given" + number },
            ["displayName"] = $"Given{number} Family{number}",
            ["title"] = "Engineer",
            ["active"] = n % 1000 != 7,
            ["emails"] = new JsonArray(new JsonObject { ["value"] = $"user{number}@corp.example", ["type"] = "work", ["primary"] = true }),
            [SchemaUris.EnterpriseUser] = new JsonObject
            {
                ["employeeNumber"] = number,
                ["department"] = "Department " + (n / 20).ToString(CultureInfo.InvariantCulture),
                ["manager"] = new JsonObject { ["value"] = UserId(n / 10) },
            },
        };
    }
}
