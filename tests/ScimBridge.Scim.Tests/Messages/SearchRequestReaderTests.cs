using System.Text;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;

namespace ScimBridge.Scim.Tests.Messages;

public sealed class SearchRequestReaderTests
{
    private const string Schemas = "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:SearchRequest\"]";

    [Fact]
    public void Body_has_the_parameters_of_a_query()
    {
        var request = Read("""
            {SCHEMAS,"attributes":["userName"," name "],"filter":"userName pr","sortBy":"userName","sortOrder":"DESCENDING","startIndex":3,"count":10,"unknown":1}
            """);
        Assert.Equal(["userName", "name"], request.Attributes);
        Assert.Equal(("userName pr", "userName", true, 3, 10, null), (request.Filter, request.SortBy, request.Descending, request.StartIndex, request.Count, request.Cursor));
    }

    [Fact]
    public void Body_and_url_mean_the_same()
    {
        var body = Read("""{SCHEMAS,"excludedAttributes":"members, meta","count":"5","startIndex":-4}""");
        var url = Query(("excludedAttributes", "members, meta"), ("count", "5"), ("startIndex", "-4"));
        Assert.Equal(body.ExcludedAttributes, url.ExcludedAttributes);
        Assert.Equal((5, 1), (body.Count, body.StartIndex));
        Assert.Equal((5, 1), (url.Count, url.StartIndex));
    }

    [Fact]
    public void Nothing_asked_is_nothing_set()
    {
        var request = Query();
        Assert.Equal((null, null, false, null, null, null), (request.Filter, request.SortBy, request.Descending, request.StartIndex, request.Count, request.Cursor));
        Assert.Empty(request.Attributes);
        Assert.Empty(Query(("attributes", ""), ("sortBy", ""), ("startIndex", "")).Attributes);
        Assert.Null(Read("{SCHEMAS,\"filter\":null,\"count\":null,\"attributes\":null}").Filter);
    }

    [Theory]
    [InlineData("0", 0)]
    [InlineData("-5", 0)]
    [InlineData("7", 7)]
    [InlineData("99999999999", int.MaxValue)]
    public void Count_below_zero_is_zero(string count, int expected) => Assert.Equal(expected, Query(("count", count)).Count);

    [Theory]
    [InlineData("0", 1)]
    [InlineData("-5", 1)]
    [InlineData("7", 7)]
    public void Start_index_below_one_is_one(string startIndex, int expected) => Assert.Equal(expected, Query(("startIndex", startIndex)).StartIndex);

    [Fact]
    public void Empty_cursor_asks_for_the_first_page() => Assert.Equal("", Query(("cursor", "")).Cursor);

    [Fact]
    public void Empty_filter_is_a_filter() => Assert.Equal("", Query(("filter", "")).Filter);

    [Theory]
    [InlineData("count", "x")]
    [InlineData("count", "1.5")]
    [InlineData("startIndex", "x")]
    [InlineData("sortOrder", "down")]
    public void Bad_parameter_is_an_invalid_value(string name, string value) =>
        Assert.Equal("invalidValue", Assert.Throws<ScimException>(() => Query((name, value))).Error.ScimType);

    [Fact]
    public void Cursor_and_start_index_exclude_each_other() =>
        Assert.Equal("invalidValue", Assert.Throws<ScimException>(() => Query(("cursor", "c"), ("startIndex", "1"))).Error.ScimType);

    [Theory]
    [InlineData("{}", "invalidSyntax")]
    [InlineData("{\"schemas\":[\"urn:x\"]}", "invalidSyntax")]
    [InlineData("{SCHEMAS,\"attributes\":{}}", "invalidValue")]
    [InlineData("{SCHEMAS,\"attributes\":[1]}", "invalidValue")]
    [InlineData("{SCHEMAS,\"filter\":{}}", "invalidValue")]
    [InlineData("{SCHEMAS,\"count\":1.5}", "invalidValue")]
    public void Bad_body_is_refused(string body, string scimType) =>
        Assert.Equal(scimType, Assert.Throws<ScimException>(() => Read(body)).Error.ScimType);

    private static SearchRequest Read(string body) => SearchRequestReader.Read(
        JsonBody.Parse(Encoding.UTF8.GetBytes(body.Replace("SCHEMAS", Schemas, StringComparison.Ordinal))), ClientProfile.Strict);

    private static SearchRequest Query(params (string Name, string Value)[] parameters) => SearchRequestReader.Read(
        name => parameters.Where(p => p.Name == name).Select(p => p.Value).FirstOrDefault());
}
