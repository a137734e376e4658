using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Groups;

namespace ScimBridge.Provisioning.Tests.Groups;

public sealed class DepartmentRuleTests
{
    [Theory]
    [InlineData("Sales", "D-10", "department:D-10", "Sales")]
    [InlineData("Sales", null, "department:Sales", "Sales")]
    [InlineData(null, "D-10", "department:D-10", "D-10")]
    public void Group_is_known_by_the_code_and_shown_by_the_name(string? name, string? code, string key, string shown) =>
        Assert.Equal(new RuledGroup(key, shown, default), DepartmentRule.Of(Sample.Facts with { Department = name, DepartmentCode = code }));

    [Fact]
    public void Worker_without_a_department_is_in_no_group() => Assert.Null(DepartmentRule.Of(Sample.Facts));

    [Fact]
    public void Renamed_department_with_a_code_is_the_same_group() => Assert.Equal(
        DepartmentRule.Of(Sample.Facts with { Department = "Sales", DepartmentCode = "D-10" })!.Key,
        DepartmentRule.Of(Sample.Facts with { Department = "Revenue", DepartmentCode = "D-10" })!.Key);

    [Fact]
    public void Body_is_a_scim_group_with_the_name_and_nothing_else() => Assert.Equal(
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales"}""",
        new RuledGroup("department:D-10", "Sales", default).Body().ToJsonString());

    [Fact]
    public void Body_is_made_afresh_each_time()
    {
        var group = new RuledGroup("department:D-10", "Sales", default);
        group.Body()["displayName"] = JsonValue.Create("changed");
        Assert.Equal("Sales", (string?)group.Body()["displayName"]);
    }

    [Theory]
    [InlineData("rule:sales", "sales")]
    [InlineData("rule:department:D-10", "department")]
    [InlineData("rule:department:a:b", "department")]
    [InlineData("hr:people", null)]
    [InlineData(null, null)]
    public void Origin_names_the_rule(string? origin, string? rule) => Assert.Equal(rule, RuledGroup.RuleOf(origin));
}
