using System.Diagnostics;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Filters;

public sealed class FilterParserTests
{
    private static readonly ResourceType User = SchemaCatalog.Default.User;

    [Theory]
    [InlineData("userName eq \"A\" or title pr and active eq true", "userName eq \"a\" or title pr and active eq true")]
    [InlineData("title pr or title pr or title pr", "(title pr or title pr) or title pr")]
    [InlineData("not (title pr) and active eq true", "not (title pr) and active eq true")]
    [InlineData("emails co \"X\"", "emails.value co \"x\"")]
    [InlineData("title eq null", "not (title pr)")]
    [InlineData("emails.primary eq false", "emails[primary ne true]")]
    [InlineData("emails[primary eq false]", "emails[primary ne true]")]
    [InlineData("meta.created gt \"2026-01-05T10:00:00+01:00\"", "meta.created gt \"2026-01-05T09:00:00.0000000Z\"")]
    [InlineData("emails[type eq \"WORK\"].value eq \"X\"", "emails[(type eq \"work\") and (value eq \"x\")]")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:USERNAME pr", "userName pr")]
    public void Filter_has_the_canonical_text(string text, string canonical) =>
        Assert.Equal(canonical, FilterParser.Parse(text, User, ClientProfile.Strict).ToString());

    [Fact]
    public void Password_in_a_url_is_sensitive()
    {
        Assert.Equal(ScimError.Sensitive("password cannot be filtered by."), Fault("password eq \"x\"", inUrl: true));
        Assert.Equal("invalidFilter", Fault("password eq \"x\"").ScimType);
    }

    [Fact]
    public void Unknown_operator_is_named() => Assert.Contains("\"like\"", Fault("userName like \"x\"").Detail, StringComparison.Ordinal);

    [Fact]
    public void Megabyte_of_filter_is_refused_in_linear_time()
    {
        var limits = new FilterLimits { MaxLength = int.MaxValue };
        string[] texts =
        [
            new('(', 1_000_000), new('[', 1_000_000), new('"', 1_000_000), new('\\', 1_000_000), new('a', 1_000_000), new(' ', 1_000_000),
            string.Concat(Enumerable.Repeat("not (", 200_000)), string.Concat(Enumerable.Repeat("title pr and ", 80_000)), "title eq \"" + new string('\\', 1_000_000),
        ];
        var watch = Stopwatch.StartNew();
        foreach (var text in texts)
        {
            Assert.Equal("invalidFilter", Fault(text).ScimType);
            Assert.Equal("invalidFilter", Assert.Throws<ScimException>(() => FilterParser.Parse(text, User, ClientProfile.Strict, limits)).Error.ScimType);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"took {watch.Elapsed}");
    }

    [Theory]
    [InlineData("userName eq \"x\"", "userName eq \"x\"", "false")]
    [InlineData("userName ne \"x\"", "userName ne \"x\"", "true")]
    [InlineData("not (userName pr)", "not (userName pr)", "true")]
    [InlineData("userName eq null", "not (userName pr)", "true")]
    [InlineData("userName ne null", "userName pr", "false")]
    [InlineData("members eq \"1\" or userName eq \"x\"", "userName eq \"x\"", "members.value eq \"1\"")]
    [InlineData("displayName eq \"x\" and userName pr", "displayName eq \"x\" and userName pr", "false")]
    [InlineData("displayName eq \"x\" and not (userName pr)", "displayName eq \"x\" and not (userName pr)", "displayName eq \"x\"")]
    [InlineData("emails[type eq \"work\" and nope pr].value pr or displayName pr", null, "displayName pr")]
    [InlineData("meta.resourceType eq \"User\"", "meta.resourceType eq \"User\"", "meta.resourceType eq \"User\"")]
    [InlineData("nope gt 5", "false", "false")]
    public void Query_over_several_types_takes_unknown_attributes_as_absent(string text, string? user, string? group)
    {
        if (user is null)
        {
            Assert.Equal("invalidFilter", Assert.Throws<ScimException>(() => FilterParser.ParseForEach(text, [User], ClientProfile.Strict)).Error.ScimType);
        }
        else
        {
            Assert.Equal(user, FilterParser.ParseForEach(text, [User], ClientProfile.Strict)[User].ToString());
        }

        var type = SchemaCatalog.Default.Group;
        Assert.Equal(group, FilterParser.ParseForEach(text, [type], ClientProfile.Strict)[type].ToString());
    }

    [Theory]
    [InlineData("userName", "userName")]
    [InlineData("EMAILS", "emails.value")]
    [InlineData("name.familyname", "name.familyName")]
    [InlineData("meta.lastModified", "meta.lastModified")]
    [InlineData("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department")]
    public void Sort_key_is_a_simple_attribute(string sortBy, string path) => Assert.Equal(path, SortKey.Parse(sortBy, User, ClientProfile.Strict).ToString());

    [Theory]
    [InlineData("name")]
    [InlineData("nope")]
    [InlineData("password")]
    [InlineData("addresses")]
    [InlineData("x509Certificates")]
    [InlineData("")]
    [InlineData("department")]
    public void Attribute_without_an_order_is_no_sort_key(string sortBy) =>
        Assert.Equal("invalidValue", Assert.Throws<ScimException>(() => SortKey.Parse(sortBy, User, ClientProfile.Strict)).Error.ScimType);

    [Fact]
    public void Paths_of_a_filter_are_all_it_looks_at() => Assert.Equal(
        ["userName", "emails.type", "title"],
        FilterParser.Parse("userName pr or not (emails[type eq \"work\"] and title sw \"x\")", User, ClientProfile.Strict).Paths().Select(p => p.ToString()));

    private static ScimError Fault(string text, bool inUrl = false) =>
        Assert.Throws<ScimException>(() => FilterParser.Parse(text, User, ClientProfile.Strict, inUrl: inUrl)).Error;
}
