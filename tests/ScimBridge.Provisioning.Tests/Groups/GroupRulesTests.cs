using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Provisioning.Groups;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Provisioning.Workers;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Provisioning.Tests.Groups;

/// <summary>The rules in <c>group-rules.json</c>, over users as the mapping makes them.</summary>
public sealed class GroupRulesTests
{
    private static readonly ClientProfile Plain = ClientProfile.Strict.With(UnqualifiedExtensionNames.Quirk);

    public static TheoryData<string> Cases => new(Vectors.Read<Row>("Groups", "group-rules.json").Select(r => r.Case));

    [Theory, MemberData(nameof(Cases))]
    public void Rule_gives_what_the_table_says(string name)
    {
        var row = Vectors.Read<Row>("Groups", "group-rules.json").Single(r => r.Case == name);
        var now = Sample.Instant(row.Now ?? "2026-03-10T12:00:00Z");
        var worker = Worker.At(Sample.With(row.Facts), now, Sample.Zones, Duration.FromDays(7));
        var user = UserMapping.Map(
            worker, new Intent("atWork", Exists: true, Active: true, Memberships.All, Lane.Change), "anna.berg", "anna@example.com", managerId: null, current: null);

        var given = Assert.Single(Set(Rule("rule", row)).Of(user, worker, now, Sample.Zones).DefaultIfEmpty());

        Assert.Equal(row.Group, given?.Group.Key);
        Assert.Equal(row.Shown ?? row.DisplayName ?? (row.Group is null ? null : "Group"), given?.Group.DisplayName ?? row.DisplayName);
        Assert.Equal(Sample.MaybeInstant(row.Until), given?.Until);
    }

    [Fact]
    public void Rules_that_cannot_be_read_give_nothing_and_own_their_groups()
    {
        var rules = new GroupRules([], new HashSet<string>(["old"], StringComparer.Ordinal));
        Assert.True(rules.Fill("rule:old"));
        Assert.True(rules.IsUnreadable("rule:old:value"));
        Assert.False(rules.Fill("rule:older"));
        Assert.False(rules.Fill("client:old"));
    }

    [Fact]
    public void Class_of_a_group_is_that_of_its_rule()
    {
        var rules = Set(new FilterRule { Key = "admins", DisplayName = "Admins", Class = new GroupClass(Privileged: true, Licence: false) });
        Assert.True(rules.ClassOf("rule:admins").Privileged);
        Assert.False(rules.ClassOf("rule:admin").Privileged);
        Assert.False(rules.ClassOf("client:admins").Privileged);
    }

    private static GroupRules Set(params IGroupRule[] rules) => new(rules, new HashSet<string>(StringComparer.Ordinal));

    private static FilterRule Rule(string key, Row row) => new()
    {
        Key = key,
        DisplayName = row.DisplayName ?? "Group",
        Where = row.Where is null ? null : FilterParser.Parse(row.Where, SchemaCatalog.Default.User, Plain),
        Each = row.Each is null ? null : ((Present)FilterParser.Parse(row.Each + " pr", SchemaCatalog.Default.User, Plain)).Path,
        Days = row.UntilDays,
    };

    private sealed record Row(
        string Case,
        JsonObject Facts,
        string? Group,
        string? Where = null,
        string? Each = null,
        string? DisplayName = null,
        int? UntilDays = null,
        string? Now = null,
        string? Shown = null,
        string? Until = null);
}
