using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;

namespace ScimBridge.Benchmarks;

/// <summary>An invented company as an HR file, and the configuration that reads it.</summary>
internal static class Company
{
    private static readonly string[] Given = ["Anna", "Søren", "Ravi", "Maria", "José", "Li", "Karen", "Tom", "Ida", "Omar", "Zoë", "Peter"];
    private static readonly string[] Family = ["Jensen", "Okafor", "Sharma", "Lopez", "Nguyen", "Smith", "Müller", "Brown", "Dahl", "Kim"];

    /// <summary>Writes the company; where changed says so, only every so-manieth worker, with another title.</summary>
    public static void Write(string path, int workers, int changed = 0)
    {
        var random = new Random(1);
        using var file = new StreamWriter(path);
        file.WriteLine("id,given,family,status,start,title,code,department,manager");
        var step = changed == 0 ? 1 : workers / changed;
        for (var i = 1; i <= workers; i++)
        {
            var department = i % 200;
            var (given, family) = (Given[random.Next(Given.Length)], Family[random.Next(Family.Length)]);
            if (i % step != 0)
                continue;
            file.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{i},{given}{i % 977},{family}{i % 331},A,{1990 + (i % 30)}-0{1 + (i % 9)}-1{i % 9},{(changed == 0 ? "Title" : "New title")} {i % 50},d{department},Department {department},{(i > 9 ? i / 10 : "")}"));
        }
    }

    public static string Configure(string folder, TestDatabase database, Uri? target)
    {
        var json = JsonNode.Parse(
            """
            {
              "server": { "url": "http://127.0.0.1:0" },
              "sources": { "hr": { "kind": "csv",
                "columns": { "workerId": "id", "givenName": "given", "familyName": "family", "status": "status", "startDate": "start",
                  "title": "title", "departmentCode": "code", "department": "department", "managerId": "manager" },
                "constants": { "type": "employee" }, "words": { "status": { "A": "active", "T": "terminated" } }, "timeZone": "Europe/Copenhagen" } }
            }
            """)!.AsObject();
        json["storage"] = database.Kind == DatabaseKind.Sqlite
            ? new JsonObject { ["kind"] = "sqlite", ["path"] = database.Location }
            : new JsonObject { ["kind"] = "postgres", ["connection"] = database.Location };
        if (target is not null)
        {
            json["targets"] = new JsonObject
            {
                ["corp"] = new JsonObject
                {
                    ["kind"] = "scim", ["mode"] = "enforce", ["baseUrl"] = target.ToString(), ["token"] = new JsonObject { ["value"] = "secret" },
                    ["allowPrivateAddresses"] = true, ["inFlight"] = 16,
                },
            };
        }

        var path = Path.Combine(folder, "bridge.json");
        File.WriteAllText(path, json.ToJsonString());
        return path;
    }
}
