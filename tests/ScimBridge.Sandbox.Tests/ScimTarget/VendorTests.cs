using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Sandbox.ScimTarget;
using static ScimBridge.Sandbox.Tests.TargetClient;

namespace ScimBridge.Sandbox.Tests.ScimTarget;

/// <summary>A target that behaves as a vendor's page says refuses what the vendor refuses, in its shape.</summary>
public sealed class VendorTests
{
    [Fact]
    public async Task Aws_takes_one_address_and_says_no_scimType()
    {
        await using var client = await StartAsync(ScimVendors.AwsIdentityCenter);
        var user = JsonNode.Parse(User("ann", "w1"))!;
        user["emails"]!.AsArray().Add(new JsonObject { ["value"] = "second@example.com" });

        var refused = await client.SendAsync("POST", "/Users", user.ToJsonString());

        Assert.Equal(400, refused.Status);
        Assert.Equal(("400", null, true), ((string?)refused.Json["status"], refused.ScimType, refused.Json["exceptionRequestId"] is not null));
        Assert.Equal(0, client.Target.UserCount);
        Assert.Equal(201, (await client.CreateUserAsync("ann", "w1")).Status);
        Assert.Equal(409, (await client.CreateUserAsync("ann", "w2")).Status);
    }

    [Fact]
    public async Task Aws_demands_names()
    {
        await using var client = await StartAsync(ScimVendors.AwsIdentityCenter);
        var user = JsonNode.Parse(User("ann"))!;
        user["name"]!.AsObject().Remove("givenName");

        Assert.Equal(400, (await client.SendAsync("POST", "/Users", user.ToJsonString())).Status);
        var ann = (await client.CreateUserAsync("ann")).Id;
        Assert.Equal(400, (await client.PatchAsync($"/Users/{ann}", "{'op':'remove','path':'displayName'}")).Status);
    }

    [Fact]
    public async Task Aws_replaces_no_group_and_shows_no_members()
    {
        await using var client = await StartAsync(ScimVendors.AwsIdentityCenter);
        var ann = (await client.CreateUserAsync("ann")).Id;
        var group = (await client.CreateGroupAsync("Research", ann)).Id;

        Assert.Equal(405, (await client.SendAsync("PUT", $"/Groups/{group}", "{}")).Status);
        Assert.Equal(400, (await client.PatchAsync($"/Groups/{group}", "{'op':'replace','path':'members','value':[]}")).Status);
        Assert.Equal(400, (await client.PatchAsync($"/Groups/{group}", "{'op':'remove','path':'members'}")).Status);
        Assert.Null((await client.GetAsync($"/Groups/{group}")).Json["members"]);
        Assert.Equal(["ann"], client.Target.FindGroup("Research")!.Members);
        var many = string.Join(',', Enumerable.Repeat($"{{'value':'{ann}'}}", 101));
        Assert.Equal(400, (await client.PatchAsync($"/Groups/{group}", $"{{'op':'add','path':'members','value':[{many}]}}")).Status);
        Assert.Equal(204, (await client.PatchAsync($"/Groups/{group}", $"{{'op':'remove','path':'members','value':[{{'value':'{ann}'}}]}}")).Status);
    }

    [Fact]
    public async Task Aws_shows_fifty_at_most_and_filters_by_little()
    {
        await using var client = await StartAsync(ScimVendors.AwsIdentityCenter);
        for (var i = 0; i < 60; i++)
            await client.CreateUserAsync($"user{i}");

        Assert.Equal(50, (await client.GetAsync("/Users?count=100")).Ids.Length);
        Assert.Equal(400, (await client.FindAsync("Users", "emails.value eq \"user1@example.com\"")).Status);
        Assert.Single((await client.FindAsync("Users", "userName eq \"user1\"")).Ids);
    }

    [Fact]
    public async Task GitHub_wants_to_know_who_calls_and_takes_no_filter_in_a_path()
    {
        await using var client = await StartAsync(ScimVendors.GitHub);

        var nameless = await client.GetAsync("/Users");
        Assert.Equal(((int)HttpStatusCode.Forbidden, "text/html"), (nameless.Status, nameless.ContentType));

        client.Http.DefaultRequestHeaders.UserAgent.ParseAdd("tests/1");
        var ann = (await client.CreateUserAsync("ann", "w1")).Id;
        Assert.Equal(400, (await client.CreateUserAsync("bob")).Status);
        var group = (await client.CreateGroupAsync("Research", ann)).Id;
        var filtered = $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"members[value eq \"{{ann}}\"]"}]}
            """;
        Assert.Equal(400, (await client.SendAsync("PATCH", $"/Groups/{group}", filtered)).Status);
        Assert.Equal(["ann"], client.Target.FindGroup("Research")!.Members);
    }

    [Fact]
    public async Task Slack_deactivates_who_is_deleted_and_describes_itself_in_the_plural()
    {
        await using var client = await StartAsync(ScimVendors.Slack);
        var ann = (await client.CreateUserAsync("ann")).Id;

        Assert.Equal(204, (await client.SendAsync("DELETE", $"/Users/{ann}")).Status);
        Assert.False(client.Target.FindUser("ann")!.Active);
        Assert.Equal((404, 200), ((await client.GetAsync("/ServiceProviderConfig")).Status, (await client.GetAsync("/ServiceProviderConfigs")).Status));
        var conflict = await client.CreateUserAsync("ann");
        Assert.Equal((409, 409), (conflict.Status, (int)conflict.Json["Errors"]!["code"]!));
    }

    [Fact]
    public async Task Salesforce_wants_members_within_an_object()
    {
        await using var client = await StartAsync(ScimVendors.Salesforce with { Required = [] });
        var ann = (await client.CreateUserAsync("ann")).Id;
        var group = (await client.CreateGroupAsync("Research")).Id;

        Assert.Equal(400, (await client.PatchAsync($"/Groups/{group}", $"{{'op':'add','path':'members','value':[{{'value':'{ann}'}}]}}")).Status);
        Assert.Equal(204, (await client.PatchAsync($"/Groups/{group}", $"{{'op':'add','path':'members','value':{{'members':[{{'value':'{ann}'}}]}}}}")).Status);
        Assert.Equal(["ann"], client.Target.FindGroup("Research")!.Members);
    }

    [Fact]
    public async Task Databricks_counts_its_identifiers()
    {
        await using var client = await StartAsync(ScimVendors.Databricks);

        var ann = await client.CreateUserAsync("ann");
        var id = ann.Json["id"]!.ToJsonString();

        Assert.All(id, digit => Assert.True(char.IsAsciiDigit(digit)));
        Assert.Equal(200, (await client.GetAsync($"/Users/{id}")).Status);
        Assert.Null(ann.ETag);
    }

    [Fact]
    public async Task Entra_reads_by_cursor_in_lower_case()
    {
        await using var client = await StartAsync(ScimVendors.EntraScim);
        for (var i = 0; i < 3; i++)
            Assert.Equal(201, (await client.SendAsync("POST", "/users", User($"user{i}"))).Status);

        Assert.Equal(404, (await client.GetAsync("/Users")).Status);
        Assert.Equal(400, (await client.GetAsync("/users?startIndex=1&count=2")).Status);
        var first = (await client.GetAsync("/users?cursor=&count=2")).Json;
        var last = (await client.GetAsync($"/users?count=2&cursor={first["nextCursor"]}")).Json;
        Assert.Equal((2, 1, null), (first["resources"]!.AsArray().Count, last["resources"]!.AsArray().Count, (string?)last["nextCursor"]));
    }

    [Fact]
    public async Task Google_has_no_pages_and_answers_a_change_with_nothing()
    {
        await using var client = await StartAsync(ScimVendors.GoogleCloudIdentity);
        var ann = (await client.CreateUserAsync("ann")).Id;

        Assert.Equal(400, (await client.GetAsync("/Users?count=1")).Status);
        Assert.Equal("{}", (await client.PatchAsync($"/Users/{ann}", "{'op':'replace','path':'title','value':'Lead'}")).Text);
        Assert.Contains("Lead", client.Target.FindUser("ann")!.Json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Request_above_the_limit_or_of_another_type_is_refused()
    {
        await using var client = await StartAsync(new() { MaxRequestBytes = 100, ContentType = "application/json" });

        Assert.Equal(413, (await client.CreateUserAsync("ann")).Status);
        client.Target.Settings = new() { ContentType = "application/json" };
        Assert.Equal(415, (await client.CreateUserAsync("ann")).Status);
        Assert.Equal(0, client.Target.UserCount);
    }

    [Theory]
    [InlineData(ScimSelfDescription.Absent, 404)]
    [InlineData(ScimSelfDescription.Protected, 403)]
    [InlineData(ScimSelfDescription.Full, 200)]
    public async Task What_it_says_of_itself_is_absent_protected_or_there(ScimSelfDescription describes, int status)
    {
        await using var client = await StartAsync(new() { Describes = describes, UserPatch = false });
        client.Target.Faults.Add(new() { Kind = Sandbox.Faults.FaultKind.Error, Always = true });

        foreach (var path in new[] { "/ServiceProviderConfig", "/ResourceTypes", "/Schemas" })
            Assert.Equal(status, (await client.GetAsync(path)).Status);
        Assert.Equal(0, client.Target.Calls.Total);
        Assert.Equal(500, (await client.GetAsync("/Users")).Status);
    }
}
