using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Tests.Groups;

/// <summary>Rules that cannot be used are refused when they are loaded, each with its path, the column and a hint: <c>group-faults.json</c>.</summary>
public sealed class ConfiguredGroupsTests
{
    private static readonly JsonArray Rows =
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Groups", "group-faults.json")))!.AsArray();

    public static TheoryData<string> Cases => new(Rows.Select(r => (string)r!["case"]!));

    [Theory, MemberData(nameof(Cases))]
    public void Fault_is_said_with_path_column_and_hint(string name)
    {
        var row = Rows.Single(r => (string)r!["case"]! == name)!.AsObject();
        var rule = new JsonObject { ["displayName"] = (string?)row["displayName"] ?? "Group" };
        foreach (var key in new[] { "where", "each", "untilDays" })
        {
            if (row[key] is { } value)
                rule[key] = value.DeepClone();
        }

        var at = "$.groups." + ((string?)row["key"] ?? "sales");
        var faults = Faults(new JsonObject { [at["$.groups.".Length..]] = rule });

        var fault = Assert.Single(faults);
        Assert.Equal(at + ((string?)row["path"] ?? ".where"), fault.Path);
        Assert.Contains((string)row["says"]!, fault.Message, StringComparison.Ordinal);
        if (row["column"] is { } column)
            Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"column {(int)column}: "), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_of_all_rules_are_said_at_once() => Assert.Equal(
        ["$.groups.a.colour", "$.groups.b.untilDays", "$.groupSafety.percent"],
        Faults(
            JsonNode.Parse("""{ "a": { "displayName": "A", "where": "title pr", "colour": "red" }, "b": { "displayName": "B", "untilDays": "ten" } }""")!.AsObject(),
            new JsonObject { ["percent"] = "many" }).Select(f => f.Path));

    [Fact]
    public void Text_of_rules_does_not_depend_on_their_order_and_is_read_back()
    {
        var one = new GroupOptions { DisplayName = "One", Where = "title eq \"é\"" };
        var two = new GroupOptions { DisplayName = "{value}", Each = "department", UntilDays = 3, Privileged = true };
        var text = ConfiguredGroups.Text(new Dictionary<string, GroupOptions> { ["one"] = one, ["two"] = two });
        Assert.Equal(text, ConfiguredGroups.Text(new Dictionary<string, GroupOptions> { ["two"] = two, ["one"] = one }));
        Assert.Contains("é", text, StringComparison.Ordinal);

        var rules = ConfiguredGroups.Read(text, SchemaCatalog.Default);

        Assert.Empty(rules.Unreadable);
        Assert.Equal(["one", "two"], rules.Rules.Select(r => r.Key));
        Assert.True(rules.ClassOf("rule:two:Sales").Privileged);
        Assert.Equal("department", Assert.Single(ConfiguredGroups.Read("", SchemaCatalog.Default).Rules).Key);
        Assert.Equal("", ConfiguredGroups.Text(null));
    }

    private static IReadOnlyList<Connectors.ConfigurationFault> Faults(JsonObject groups, JsonObject? safety = null)
    {
        var json = new JsonObject { ["groups"] = groups };
        if (safety is not null)
            json["groupSafety"] = safety;
        return Assert.Throws<ConfigurationException>(
            () => BridgeConfiguration.Parse(json.ToJsonString(), "/etc/bridge.json", new Dictionary<string, string>())).Faults;
    }
}
