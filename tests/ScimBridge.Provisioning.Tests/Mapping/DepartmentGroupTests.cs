using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Mapping;

namespace ScimBridge.Provisioning.Tests.Mapping;

public sealed class DepartmentGroupTests
{
    [Theory]
    [InlineData("Sales", "D-10", "department:D-10", "Sales")]
    [InlineData("Sales", null, "department:Sales", "Sales")]
    [InlineData(null, "D-10", "department:D-10", "D-10")]
    public void Group_is_known_by_the_code_and_shown_by_the_name(string? name, string? code, string key, string shown) =>
        Assert.Equal(new DepartmentGroup(key, shown), DepartmentGroup.Of(Sample.Facts with { Department = name, DepartmentCode = code }));

    [Fact]
    public void Worker_without_a_department_is_in_no_group() => Assert.Null(DepartmentGroup.Of(Sample.Facts));

    [Fact]
    public void Renamed_department_with_a_code_is_the_same_group() => Assert.Equal(
        DepartmentGroup.Of(Sample.Facts with { Department = "Sales", DepartmentCode = "D-10" })!.Key,
        DepartmentGroup.Of(Sample.Facts with { Department = "Revenue", DepartmentCode = "D-10" })!.Key);

    [Fact]
    public void Body_is_a_scim_group_with_the_name_and_nothing_else() => Assert.Equal(
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Sales"}""",
        new DepartmentGroup("department:D-10", "Sales").Body().ToJsonString());

    [Fact]
    public void Body_is_made_afresh_each_time()
    {
        var group = new DepartmentGroup("department:D-10", "Sales");
        group.Body()["displayName"] = JsonValue.Create("changed");
        Assert.Equal("Sales", (string?)group.Body()["displayName"]);
    }
}
