using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Messages;

namespace ScimBridge.Scim.Tests.Messages;

public sealed class ListResponseTests
{
    [Fact]
    public void Empty_page_has_its_resources_array() => Assert.Equal(
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]}""",
        Text(ListResponse.OfAll([])));

    [Fact]
    public void Cursor_page_has_cursors_and_no_index() => Assert.Equal(
        """{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":9,"itemsPerPage":1,"nextCursor":"n","previousCursor":"p","Resources":[{"id":"é"}]}""",
        Text(new ListResponse { Resources = [new JsonObject { ["id"] = "é" }], TotalResults = 9, NextCursor = "n", PreviousCursor = "p" }));

    [Fact]
    public void Total_may_be_unknown() => Assert.DoesNotContain("totalResults", Text(new ListResponse { Resources = [] }), StringComparison.Ordinal);

    private static string Text(ListResponse response) => Encoding.UTF8.GetString(ScimJson.ToUtf8(response));
}
