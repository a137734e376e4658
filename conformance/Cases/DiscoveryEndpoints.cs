using System.Text.Json.Nodes;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part D: the discovery endpoints (RFC 7644 §4, §3.1).</summary>
internal static class DiscoveryEndpoints
{
    private static readonly string[] All = ["/ServiceProviderConfig", "/Schemas", "/ResourceTypes"];

    [Clause("7644-4-01")]
    public static async Task Config_is_one_object(Trial t)
    {
        var config = (await t.Get("/ServiceProviderConfig")).Is(200).Body;
        Check.That(!config.Has("Resources"), "ServiceProviderConfig must be one object, not a list");
    }

    [Clause("7644-4-02")]
    public static async Task Schemas_and_types_are_lists(Trial t)
    {
        foreach (var path in new[] { "/Schemas", "/ResourceTypes" })
        {
            var list = (await t.Get(path)).IsList();
            Check.That(list.Resources.Count > 0, $"{path} is empty");
            Check.Same(list.Resources.Count, list.Total, $"totalResults of {path}, which lists all");
        }
    }

    [Clause("7644-4-03")]
    public static async Task One_schema_or_type(Trial t)
    {
        var urn = t.Server.Schemas.Keys.FirstOrDefault() ?? Urn.User;
        foreach (var form in new[]
        {
            urn, Uri.EscapeDataString(urn), urn.ToUpperInvariant().Replace("URN:", "urn:", StringComparison.Ordinal),
        })
        {
            var schema = (await t.Get("/Schemas/" + form)).Is(200).Body;
            Check.Same(urn, schema.Text("id"), $"id of /Schemas/{form}");
            Check.That(!schema.Has("Resources"), "a single schema must be one object, not a list");
        }
        var name = t.Server.Types.Select(r => r.Document.Text("id") ?? r.Name).FirstOrDefault() ?? "User";
        Check.That(
            (await t.Get("/ResourceTypes/" + name)).Is(200).Body.Text("name") is not null,
            "a single resource type must be one object with its name");
        (await t.Get("/Schemas/urn:example:params:scim:schemas:none:2.0:None")).IsError(404);
        (await t.Get("/ResourceTypes/NoSuchType")).IsError(404);
    }

    [Clause("7644-4-04")]
    public static async Task Paging_parameters_are_ignored(Trial t)
    {
        foreach (var path in All)
        {
            var plain = (await t.Get(path)).Is(200).Body;
            var odd = (await t.List(path, ("count", "1"), ("startIndex", "2"), ("sortBy", "name"), ("attributes", "id"))).Is(200).Body;
            Check.That(JsonNode.DeepEquals(plain, odd), $"{path} with count, startIndex, sortBy and attributes must answer as without");
        }
    }

    [Clause("7644-4-05")]
    public static async Task Filter_is_forbidden(Trial t)
    {
        foreach (var path in All)
            (await t.Find(path, "name pr")).IsError(403);
        (await t.Find("/Schemas/" + Urn.User, "name pr")).IsError(403);
    }

    [Clause("7644-4-06")]
    public static async Task Other_methods_are_refused(Trial t)
    {
        foreach (var path in All)
        {
            foreach (var method in new[] { "POST", "PUT", "PATCH", "DELETE" })
            {
                var call = new Call(method, path);
                var answer = await t.Send(method == "DELETE" ? call : call.WithBody("{}"));
                if (!t.OwnChoices)
                {
                    answer.Is(403, 404, 405, 501);
                    continue;
                }
                answer.IsError(405);
                Check.That(
                    answer.Header("Allow")?.Contains("GET", StringComparison.Ordinal) == true,
                    $"405 for {method} {path} must have Allow: GET");
            }
        }
    }

    [Clause("7644-3.1-01")]
    public static Task Messages_are_no_schemas(Trial t)
    {
        if (t.Server.Schemas.Count == 0)
            Trial.NotTested("the server publishes no schemas to look at");
        foreach (var urn in t.Server.Schemas.Keys)
            Check.That(
                !urn.StartsWith("urn:ietf:params:scim:api:", StringComparison.OrdinalIgnoreCase),
                $"/Schemas publishes the message {urn}");
        return Task.CompletedTask;
    }

    [Clause("7644-3.1-02")]
    public static async Task Answer_shows_the_state_that_is_read(Trial t)
    {
        var user = await t.NewUser("""{"displayName":"Seen Twice","emails":[{"value":"Twice@Seen.example","type":"work"}]}""");
        Check.That(JsonNode.DeepEquals(user.Body, await t.Read(user.Path)), "a GET after POST must show what the POST showed");
        var body = user.Body.Copy();
        body["displayName"] = "Seen Again";
        var put = (await t.Put(user.Path, body)).Is(200).Body;
        Check.That(JsonNode.DeepEquals(put, await t.Read(user.Path)), "a GET after PUT must show what the PUT showed");
    }
}
