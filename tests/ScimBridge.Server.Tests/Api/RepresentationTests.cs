using System.Net;
using System.Text.Json.Nodes;
using ScimBridge.Fixtures;

namespace ScimBridge.Server.Tests.Api;

public sealed class RepresentationTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Theory]
    [ClassData(typeof(DatabaseKinds))]
    public async Task Copied_representation_is_the_one_that_is_put_together(DatabaseKind kind)
    {
        await using var bridge = await ApiBridge.StartAsync(kind);
        var manager = await bridge.UserAsync("boss@x", u => u["displayName"] = "Bo \"the boss\" Ås");
        var unnamed = await bridge.UserAsync("plain@x");
        var user = await bridge.UserAsync("user@x", u =>
        {
            u["schemas"]!.AsArray().Add(Enterprise);
            u["name"] = new JsonObject { ["familyName"] = "Søren </b>" };
            u["emails"] = new JsonArray(new JsonObject { ["value"] = "user@x", ["primary"] = true });
            u[Enterprise] = new JsonObject { ["manager"] = new JsonObject { ["value"] = manager }, ["department"] = "D" };
            u["photos"] = new JsonArray(new JsonObject { ["value"] = "https://x/p.png" });
        });
        var inner = await bridge.GroupAsync("Inner", user, unnamed);
        var outer = await bridge.GroupAsync("Outer", inner, manager);

        foreach (var path in new[] { $"/Users/{manager}", $"/Users/{unnamed}", $"/Users/{user}", $"/Groups/{inner}", $"/Groups/{outer}" })
            await AreSameAsync(bridge, path + "?excludedAttributes=");
        await AreSameAsync(bridge, "/Users?sortBy=userName&excludedAttributes=");
        await AreSameAsync(bridge, "/?excludedAttributes=");
        var groups = (await bridge.GetAsync($"/Users/{user}")).Body!["groups"]!.AsArray();
        Assert.Equal([(inner, "direct"), (outer, "indirect")], groups.Select(g => ((string)g!["value"]!, (string)g["type"]!)).Order());
    }

    // To leave out what nobody has shows everything, and goes another way.
    private static async Task AreSameAsync(ApiBridge bridge, string path)
    {
        var copied = (await bridge.GetAsync(path)).Is(HttpStatusCode.OK).Body;
        var assembled = (await bridge.GetAsync(path + "nickName")).Is(HttpStatusCode.OK).Body;
        Assert.True(JsonNode.DeepEquals(copied, assembled), $"{copied} instead of {assembled}");
        Assert.Equal(copied!.Select(p => p.Key), assembled!.Select(p => p.Key));
    }
}
