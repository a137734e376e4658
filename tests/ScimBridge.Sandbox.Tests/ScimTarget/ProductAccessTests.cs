using System.Net.Http.Headers;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Sandbox.Tests.ScimTarget;

/// <summary>Sessions and personal tokens of the product behind a SCIM target: used before, refused after, and never back.</summary>
public sealed class ProductAccessTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Disabling_the_account_ends_sessions_and_personal_tokens_but_for_a_product_that_forgets_these(bool forgets)
    {
        await using var client = await TargetClient.StartAsync(new ScimTargetSettings { PersonalTokensOutlive = forgets });
        var id = (await client.CreateUserAsync("ann")).Id;
        var (session, token) = (client.Target.SignIn("ann")!, client.Target.AddPersonalToken("ann")!);
        Assert.Equal((200, 200), (await UseAsync(client, session), await UseAsync(client, token)));

        await client.PatchAsync("/Users/" + id, "{'op':'replace','path':'active','value':false}");
        Assert.Equal((401, forgets ? 200 : 401), (await UseAsync(client, session), await UseAsync(client, token)));
        Assert.Null(client.Target.SignIn("ann"));
        Assert.Null(client.Target.AddPersonalToken("ann"));
        Assert.Equal(forgets ? 1 : 0, client.Target.TokensOf("ann").Count);

        await client.PatchAsync("/Users/" + id, "{'op':'replace','path':'active','value':true}");
        Assert.Equal((401, forgets ? 200 : 401), (await UseAsync(client, session), await UseAsync(client, token)));
        Assert.Equal(200, await UseAsync(client, client.Target.SignIn("ann")!));
    }

    [Fact]
    public async Task Deletion_ends_everything_whatever_the_product_forgets()
    {
        await using var client = await TargetClient.StartAsync(new ScimTargetSettings { PersonalTokensOutlive = true });
        var id = (await client.CreateUserAsync("ann")).Id;
        var token = client.Target.AddPersonalToken("ann")!;

        await client.SendAsync("DELETE", "/Users/" + id);
        await client.CreateUserAsync("ann");

        Assert.Equal(401, await UseAsync(client, token));
        Assert.Empty(client.Target.TokensOf("ann"));
    }

    [Fact]
    public async Task Lie_says_that_the_account_is_disabled_and_its_session_goes_on()
    {
        await using var client = await TargetClient.StartAsync();
        var id = (await client.CreateUserAsync("ann")).Id;
        var session = client.Target.SignIn("ann")!;
        client.Target.Faults.Add(new FaultRule { Kind = FaultKind.Lie, Method = "PATCH", Next = 1 });

        var reply = await client.PatchAsync("/Users/" + id, "{'op':'replace','path':'active','value':false}");

        Assert.False((bool)reply.Json["active"]!);
        Assert.Equal(200, await UseAsync(client, session));
    }

    [Fact]
    public async Task Session_of_one_ends_with_nobody_elses_account()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann");
        var bob = (await client.CreateUserAsync("bob")).Id;
        var session = client.Target.SignIn("ann")!;

        await client.SendAsync("DELETE", "/Users/" + bob);

        Assert.Equal(200, await UseAsync(client, session));
        client.Target.Reset();
        Assert.Equal(401, await UseAsync(client, session));
        Assert.Equal(401, await UseAsync(client, "secret"));
    }

    [Fact]
    public async Task Somebody_is_signed_in_by_the_sandboxs_own_calls()
    {
        await using var client = await TargetClient.StartAsync();
        await client.CreateUserAsync("ann");

        var session = await client.SendAsync("POST", "/sandbox/targets/corp/sessions?userName=ann");
        var token = await client.SendAsync("POST", "/sandbox/targets/corp/personal-tokens?userName=ann");

        Assert.Equal(200, await UseAsync(client, (string)session.Json["session"]!));
        Assert.Equal(200, await UseAsync(client, (string)token.Json["personalToken"]!));
        Assert.Equal(2, (await client.GetAsync("/sandbox/targets/corp/held?userName=ann")).Json.AsArray().Count);
        Assert.Equal(403, (await client.SendAsync("POST", "/sandbox/targets/corp/sessions?userName=nobody")).Status);
    }

    private static async Task<int> UseAsync(TargetClient client, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/targets/corp/api/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await client.Http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
