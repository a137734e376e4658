namespace ScimBridge.Sandbox.Tests.ScimTarget;

public sealed class UserTests
{
    [Fact]
    public async Task Create_answers_201_with_the_resource_its_location_and_its_version()
    {
        await using var client = await TargetClient.StartAsync();

        var reply = await client.CreateUserAsync("ann", "w1");

        Assert.Equal(201, reply.Status);
        Assert.Equal("application/scim+json", reply.ContentType);
        Assert.Equal($"{client.Http.BaseAddress}targets/corp/scim/v2/Users/{reply.Id}", reply.Location);
        Assert.Equal(reply.Location, (string?)reply.Json["meta"]!["location"]);
        Assert.Equal("W/\"1\"", reply.ETag);
        Assert.Equal(reply.ETag, (string?)reply.Json["meta"]!["version"]);
        Assert.Equal("User", (string?)reply.Json["meta"]!["resourceType"]);
        Assert.Equal("Ång", (string?)reply.Json["name"]!["familyName"]);
        Assert.Equal("Research", (string?)reply.Json[TargetClient.EnterpriseUrn]!["department"]);
        Assert.Equal(reply.Text, (await client.GetAsync($"/Users/{reply.Id}")).Text);
    }

    [Fact]
    public async Task User_name_is_unique_whatever_the_case()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("Ann@example.com");

        var reply = await client.CreateUserAsync("aNN@example.com");

        Assert.Equal((409, "uniqueness"), (reply.Status, reply.ScimType));
        Assert.Equal("409", (string?)reply.Json["status"]);
        Assert.Equal(1, client.Target.UserCount);
    }

    [Fact]
    public async Task External_id_is_not_unique_so_that_duplicates_show()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann", "w1");
        await client.CreateUserAsync("ann2", "w1");

        Assert.Equal(2, client.Target.FindUsersByExternalId("w1").Count);
        Assert.Equal(2, client.Target.Calls.Creates["Users"]["w1"]);
    }

    [Theory]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User']}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':''}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':7}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'a','active':'true'}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'a','emails':'a@example.com'}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'a','emails':['a@example.com']}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'a','surname':'b'}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'a','name':{'surname':'b'}}", "invalidValue")]
    [InlineData("{'schemas':['urn:ietf:params:scim:schemas:core:2.0:User'],'userName':'a','urn:x:2.0:User':{'b':1}}", "invalidValue")]
    [InlineData("{'userName':'a'}", "invalidValue")]
    [InlineData("{'userName':'a','USERNAME':'b'}", "invalidSyntax")]
    [InlineData("{'name':{'givenName':'a','givenName':'b'}}", "invalidSyntax")]
    [InlineData("['userName']", "invalidSyntax")]
    [InlineData("{'userName'", "invalidSyntax")]
    [InlineData("", "invalidSyntax")]
    public async Task Bad_user_is_refused(string user, string scimType)
    {
        await using var client = await TargetClient.StartAsync();

        var reply = await client.SendAsync("POST", "/Users", TargetClient.Json(user));

        Assert.Equal((400, scimType), (reply.Status, reply.ScimType));
        Assert.Equal(0, client.Target.UserCount);
    }

    [Fact]
    public async Task Read_only_values_are_ignored_and_secrets_not_returned()
    {
        await using var client = await TargetClient.StartAsync();

        var reply = await client.SendAsync("POST", "/Users", TargetClient.Json(
            $$$"""
            {'schemas':['{{{TargetClient.UserUrn}}}','{{{TargetClient.EnterpriseUrn}}}'],'USERNAME':'ann','id':'mine','meta':{'version':7},
             'groups':[{'value':'g'}],'password':'pw','title':null,'roles':[],
             '{{{TargetClient.EnterpriseUrn}}}':{'manager':{'value':'m','displayName':'Boss'} } }
            """));

        Assert.Equal(201, reply.Status);
        Assert.NotEqual("mine", reply.Id);
        Assert.Equal("ann", (string?)reply.Json["userName"]);
        Assert.True((bool?)reply.Json["active"]);
        Assert.Equal("m", (string?)reply.Json[TargetClient.EnterpriseUrn]!["manager"]!["value"]);
        Assert.Null(reply.Json[TargetClient.EnterpriseUrn]!["manager"]!["displayName"]);
        Assert.All(["groups", "password", "title", "roles"], name => Assert.Null(reply.Json[name]));
    }

    [Fact]
    public async Task Put_replaces_what_is_sent_and_clears_the_rest_but_keeps_active()
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann", "w1");
        await client.PatchAsync($"/Users/{user.Id}", "{'op':'replace','path':'active','value':false}");

        var reply = await client.SendAsync(
            "PUT", $"/Users/{user.Id}", TargetClient.Json($"{{'schemas':['{TargetClient.UserUrn}'],'userName':'anna','externalId':'w2'}}"));

        Assert.Equal((200, "W/\"3\""), (reply.Status, reply.ETag));
        Assert.False((bool?)reply.Json["active"]);
        Assert.Null(reply.Json["emails"]);
        Assert.Null(reply.Json[TargetClient.EnterpriseUrn]);
        Assert.Equal([user.Id], (await client.FindAsync("Users", "userName eq \"anna\"")).Ids);
        Assert.Equal([user.Id], (await client.FindAsync("Users", "externalId eq \"w2\"")).Ids);
        Assert.Empty((await client.FindAsync("Users", "userName eq \"ann\"")).Ids);
        Assert.Empty((await client.FindAsync("Users", "externalId eq \"w1\"")).Ids);
    }

    [Fact]
    public async Task Put_of_the_same_keeps_the_version()
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann", "w1");

        var reply = await client.SendAsync("PUT", $"/Users/{user.Id}", TargetClient.User("ann", "w1"));

        Assert.Equal((200, "W/\"1\""), (reply.Status, reply.ETag));
    }

    [Fact]
    public async Task Put_to_the_name_of_another_is_a_conflict()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann");
        var bob = await client.CreateUserAsync("bob");

        var reply = await client.SendAsync("PUT", $"/Users/{bob.Id}", TargetClient.User("ANN"));

        Assert.Equal((409, "uniqueness"), (reply.Status, reply.ScimType));
        Assert.NotNull(client.Target.FindUser("bob"));
    }

    [Fact]
    public async Task Put_never_creates()
    {
        await using var client = await TargetClient.StartAsync();

        Assert.Equal(404, (await client.SendAsync("PUT", "/Users/unknown", TargetClient.User("ann"))).Status);
    }

    [Fact]
    public async Task Deleted_user_is_gone_and_frees_its_name()
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");

        Assert.Equal(204, (await client.SendAsync("DELETE", $"/Users/{user.Id}")).Status);
        Assert.Equal(404, (await client.SendAsync("DELETE", $"/Users/{user.Id}")).Status);
        Assert.Equal(404, (await client.GetAsync($"/Users/{user.Id}")).Status);
        var again = await client.CreateUserAsync("ann");
        Assert.Equal(201, again.Status);
        Assert.NotEqual(user.Id, again.Id);
    }

    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Write_to_another_version_than_the_named_is_refused(string method)
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");
        var body = method switch
        {
            "PUT" => TargetClient.User("ann2"),
            "PATCH" => TargetClient.Json(
                "{'schemas':['urn:ietf:params:scim:api:messages:2.0:PatchOp'],'Operations':[{'op':'replace','path':'title','value':'x'}]}"),
            _ => null,
        };

        var refused = await client.SendAsync(method, $"/Users/{user.Id}", body, ("If-Match", "W/\"2\""));
        var done = await client.SendAsync(method, $"/Users/{user.Id}", body, ("If-Match", "W/\"1\""));

        Assert.Equal(412, refused.Status);
        Assert.InRange(done.Status, 200, 204);
    }

    [Fact]
    public async Task Get_of_a_known_version_is_304()
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");

        var reply = await client.SendAsync("GET", $"/Users/{user.Id}", null, ("If-None-Match", user.ETag!));

        Assert.Equal((304, "", user.ETag), (reply.Status, reply.Text, reply.ETag));
    }

    [Fact]
    public async Task Attributes_shape_the_answer()
    {
        await using var client = await TargetClient.StartAsync();
        var user = await client.CreateUserAsync("ann");

        var some = await client.GetAsync($"/Users/{user.Id}?attributes=userName,{TargetClient.EnterpriseUrn}:department");
        var others = await client.GetAsync($"/Users/{user.Id}?excludedAttributes=emails,name.givenName");

        Assert.Equal(["schemas", "userName", TargetClient.EnterpriseUrn, "id"], some.Json.AsObject().Select(property => property.Key));
        Assert.Null(others.Json["emails"]);
        Assert.NotNull(others.Json["displayName"]);
    }

    [Theory]
    [InlineData("GET", "/Users/unknown", 404)]
    [InlineData("GET", "/Nothing", 404)]
    [InlineData("GET", "", 404)]
    [InlineData("DELETE", "/Users", 405)]
    [InlineData("POST", "/Users/some", 405)]
    [InlineData("POST", "/Schemas", 405)]
    public async Task Calls_to_nowhere_get_the_error_body(string method, string path, int status)
    {
        await using var client = await TargetClient.StartAsync();

        var reply = await client.SendAsync(method, path);

        Assert.Equal((status, "application/scim+json"), (reply.Status, reply.ContentType));
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", (string?)reply.Json["schemas"]![0]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Basic secret")]
    public async Task Calls_without_the_token_get_401(string? authorization)
    {
        await using var client = await TargetClient.StartAsync();
        client.Http.DefaultRequestHeaders.Remove("Authorization");

        var reply = authorization is null
            ? await client.GetAsync("/Users")
            : await client.SendAsync("GET", "/Users", null, ("Authorization", authorization));

        Assert.Equal((401, "401"), (reply.Status, (string?)reply.Json["status"]));
    }

    [Theory]
    [InlineData("{\"userName\":\"\\ud800\"}")]
    [InlineData("{\"userName\":\"ann\",\"title\":\"\\udc00\\ud800\"}")]
    [InlineData("{\"userName\":\"ann\",\"\\ud800\":1}")]
    [InlineData("{\"userName\":\"ann\",\"emails\":[{\"value\":\"\\ud800\"}]}")]
    public async Task Half_a_surrogate_pair_is_refused(string body)
    {
        await using var client = await TargetClient.StartAsync();

        var reply = await client.SendAsync("POST", "/Users", body);

        Assert.Equal((400, "invalidSyntax"), (reply.Status, reply.ScimType));
        Assert.Equal(0, (await client.GetAsync("/Users")).Total);
    }

    [Theory]
    [InlineData(0xC3)]
    [InlineData(0xFF)]
    [InlineData(0x80)]
    public async Task Bytes_that_are_no_text_are_refused(byte wrong)
    {
        await using var client = await TargetClient.StartAsync();
        byte[] body = [.. "{\"userName\":\"ann"u8, wrong, .. "\"}"u8];

        using var reply = await client.Http.PostAsync("/targets/corp/scim/v2/Users", new ByteArrayContent(body));

        Assert.Equal(System.Net.HttpStatusCode.BadRequest, reply.StatusCode);
        Assert.Contains("invalidSyntax", await reply.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
