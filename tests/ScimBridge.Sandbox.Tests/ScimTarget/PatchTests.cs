using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.Tests.ScimTarget;

public sealed class PatchTests
{
    private const string Ent = TargetClient.EnterpriseUrn;

    /// <summary>Operation, where to look afterwards (steps joined by |), and what must be there as JSON; \' becomes the escaped quote in JSON.</summary>
    public static TheoryData<string, string, string> Forms => new()
    {
        { "{'op':'replace','path':'displayName','value':'X'}", "displayName", "'X'" },
        { "{'op':'Replace','path':'ACTIVE','value':false}", "active", "false" },
        { "{'op':'add','path':'title','value':'X'}", "title", "'X'" },
        { "{'op':'remove','path':'displayName'}", "displayName", "null" },
        { "{'op':'replace','path':'displayName','value':null}", "displayName", "null" },
        { "{'op':'replace','path':'name.givenName','value':'X'}", "name", "{'givenName':'X','familyName':'Ång'}" },
        { "{'op':'remove','path':'name.givenName'}", "name", "{'familyName':'Ång'}" },
        { "{'op':'replace','path':'name','value':{'givenName':'X'}}", "name", "{'givenName':'X','familyName':'Ång'}" },
        { "{'op':'add','path':'urn:ietf:params:scim:schemas:core:2.0:User:title','value':'X'}", "title", "'X'" },
        { $"{{'op':'replace','path':'{Ent}:department','value':'X'}}", $"{Ent}|department", "'X'" },
        { $"{{'op':'remove','path':'{Ent}:department'}}", Ent, "{'employeeNumber':'7'}" },
        { $"{{'op':'add','path':'{Ent}:manager.value','value':'m'}}", $"{Ent}|manager", "{'value':'m'}" },
        { $"{{'op':'add','path':'{Ent}:manager','value':{{'value':'m'}}}}", $"{Ent}|manager", "{'value':'m'}" },
        { $"{{'op':'replace','path':'{Ent}','value':{{'department':'X'}}}}", Ent, "{'department':'X','employeeNumber':'7'}" },
        { $"{{'op':'remove','path':'{Ent}'}}", Ent, "null" },
        { $"{{'op':'remove','path':'{Ent}'}}", "schemas", "['urn:ietf:params:scim:schemas:core:2.0:User']" },
        { "{'op':'add','path':'urn:acme:2.0:User:badge','value':'B'}", "urn:acme:2.0:User", "{'badge':'B'}" },
        { "{'op':'add','value':{'urn:acme:2.0:User':{'badge':'B'}}}", "urn:acme:2.0:User", "{'badge':'B'}" },
        { "{'op':'replace','path':'emails[type eq \\'work\\'].value','value':'x@y'}", "emails", "[{'value':'x@y','type':'work','primary':true}]" },
        { "{'op':'replace','path':'emails[type eq \\'WORK\\' and primary eq true].value','value':'x@y'}", "emails|0|value", "'x@y'" },
        { "{'op':'replace','path':'emails[type eq \\'work\\']','value':{'display':'D'}}", "emails", "[{'value':'ann@example.com','type':'work','primary':true,'display':'D'}]" },
        { "{'op':'add','path':'emails[type eq \\'home\\'].value','value':'x@y'}", "emails|1", "{'type':'home','value':'x@y'}" },
        { "{'op':'add','path':'phoneNumbers[type eq \\'mobile\\'].value','value':'1'}", "phoneNumbers", "[{'type':'mobile','value':'1'}]" },
        { "{'op':'add','path':'emails','value':[{'value':'x@y','type':'home'}]}", "emails|1|value", "'x@y'" },
        { "{'op':'add','path':'emails','value':{'value':'x@y','type':'home','primary':true}}", "emails|0|primary", "false" },
        { "{'op':'add','path':'emails','value':{'value':'x@y','type':'home','primary':true}}", "emails|1|primary", "true" },
        { "{'op':'replace','path':'emails','value':[{'value':'x@y','type':'home'}]}", "emails", "[{'value':'x@y','type':'home'}]" },
        { "{'op':'remove','path':'emails[type eq \\'work\\']'}", "emails", "null" },
        { "{'op':'remove','path':'emails[type eq \\'work\\'].primary'}", "emails", "[{'value':'ann@example.com','type':'work'}]" },
        { "{'op':'remove','path':'emails[type eq \\'home\\']'}", "emails|0|type", "'work'" },
        { "{'op':'remove','path':'emails'}", "emails", "null" },
        { "{'op':'replace','path':'emails.value','value':'x@y'}", "emails|0|value", "'x@y'" },
        { "{'op':'replace','value':{'displayName':'X','active':false}}", "active", "false" },
        { "{'op':'add','value':{'name.givenName':'X'}}", "name", "{'givenName':'X','familyName':'Ång'}" },
        { $"{{'op':'replace','value':{{'{Ent}:department':'X'}}}}", $"{Ent}|department", "'X'" },
        { $"{{'op':'add','value':{{'{Ent}':{{'department':'X'}}}}}}", Ent, "{'department':'X','employeeNumber':'7'}" },
        { "{'op':'replace','value':{'emails[type eq \\'work\\'].value':'x@y'}}", "emails|0|value", "'x@y'" },
        { "{'op':'replace','value':{'id':'other','schemas':[],'userName':'anna'}}", "userName", "'anna'" },
        { "{'op':'replace','path':'urn:ietf:params:scim:schemas:core:2.0:User','value':{'title':'X'}}", "title", "'X'" },
        { "{'op':'add','path':'title','value':'X'},{'op':'remove','path':'title'}", "title", "null" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Every_form_of_provisioners_is_understood(string operations, string place, string expected)
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");

        var reply = await client.PatchAsync($"/Users/{user.Id}", operations);

        Assert.Equal(200, reply.Status);
        Assert.Equal(user.Id, reply.Id);
        var actual = place.Split('|').Aggregate<string, JsonNode?>(
            reply.Json, (node, step) => node is JsonArray array ? array[step[0] - '0'] : node?[step]);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(TargetClient.Json(expected)), actual), $"{place} is {actual?.ToJsonString()}");
        Assert.Equal(reply.Text, (await client.GetAsync($"/Users/{user.Id}")).Text);
    }

    [Theory]
    [InlineData("{'op':'remove'}", "noTarget")]
    [InlineData("{'op':'remove','path':'urn:ietf:params:scim:schemas:core:2.0:User'}", "noTarget")]
    [InlineData("{'op':'move','path':'title','value':'x'}", "invalidSyntax")]
    [InlineData("{'path':'title','value':'x'}", "invalidSyntax")]
    [InlineData("7", "invalidSyntax")]
    [InlineData("{'op':'add','path':'title'}", "invalidValue")]
    [InlineData("{'op':'add','value':'x'}", "invalidValue")]
    [InlineData("{'op':'replace','path':'active','value':'False'}", "invalidValue")]
    [InlineData("{'op':'replace','path':'userName','value':''}", "invalidValue")]
    [InlineData("{'op':'replace','path':'name','value':'x'}", "invalidValue")]
    [InlineData("{'op':'remove','path':'userName'}", "mutability")]
    [InlineData("{'op':'replace','path':'id','value':'x'}", "mutability")]
    [InlineData("{'op':'replace','path':'groups','value':[]}", "mutability")]
    [InlineData("{'op':'replace','path':'nope','value':'x'}", "invalidPath")]
    [InlineData("{'op':'replace','path':'name.nope','value':'x'}", "invalidPath")]
    [InlineData("{'op':'replace','path':'title.nope','value':'x'}", "invalidPath")]
    [InlineData("{'op':'replace','path':'title[type eq \\'x\\']','value':'x'}", "invalidPath")]
    [InlineData("{'op':'replace','path':'emails[type eq \\'work\\'','value':'x'}", "invalidPath")]
    [InlineData("{'op':'replace','path':'emails[type eq \\'work\\']value','value':'x'}", "invalidPath")]
    [InlineData("{'op':'replace','path':'','value':'x'}", "invalidPath")]
    [InlineData("{'op':'replace','path':'emails[type co \\'work\\'].value','value':'x'}", "invalidFilter")]
    [InlineData("{'op':'replace','path':'emails[0].value','value':'x'}", "invalidFilter")]
    [InlineData("{'op':'replace','path':'emails[type eq \\'home\\'].value','value':'x'}", "noTarget")]
    public async Task Bad_operation_is_refused_and_those_before_it_are_undone(string operation, string scimType)
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");

        var reply = await client.PatchAsync($"/Users/{user.Id}", "{'op':'replace','path':'title','value':'X'}," + operation);

        Assert.Equal((400, scimType), (reply.Status, reply.ScimType));
        Assert.Equal(user.Text, (await client.GetAsync($"/Users/{user.Id}")).Text);
    }

    [Theory]
    [InlineData("{'Operations':[{'op':'remove','path':'title'}]}")]
    [InlineData("{'schemas':['urn:ietf:params:scim:api:messages:2.0:PatchOp']}")]
    [InlineData("{'schemas':['urn:ietf:params:scim:api:messages:2.0:PatchOp'],'Operations':[]}")]
    public async Task Body_that_is_no_patch_is_refused(string body)
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");

        Assert.Equal("invalidSyntax", (await client.SendAsync("PATCH", $"/Users/{user.Id}", TargetClient.Json(body))).ScimType);
    }

    [Fact]
    public async Task Version_grows_with_a_change_and_only_then()
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");

        var changed = await client.PatchAsync($"/Users/{user.Id}", "{'op':'replace','path':'title','value':'X'}");
        var same = await client.PatchAsync($"/Users/{user.Id}", "{'op':'replace','path':'title','value':'X'}");

        Assert.Equal(("W/\"2\"", "W/\"2\""), (changed.ETag, same.ETag));
        Assert.Equal(changed.Text, same.Text);
    }

    [Fact]
    public async Task Rename_to_the_name_of_another_is_a_conflict()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann");
        var bob = await client.CreateUserAsync("bob");

        var reply = await client.PatchAsync($"/Users/{bob.Id}", "{'op':'replace','path':'userName','value':'Ann'}");

        Assert.Equal((409, "uniqueness"), (reply.Status, reply.ScimType));
    }

    [Fact]
    public async Task Patch_of_nobody_is_404()
    {
        await using var client = await TargetClient.StartAsync();

        Assert.Equal(404, (await client.PatchAsync("/Users/unknown", "{'op':'remove','path':'title'}")).Status);
    }
}
