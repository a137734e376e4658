using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Messages;

public sealed class BulkTests
{
    private const string Base = "https://h/v2";
    private const string Enterprise = SchemaUris.EnterpriseUser;

    [Theory]
    [InlineData("""{"Operations":[{"method":"DELETE","path":"/Users/1"}]}""", "invalidSyntax")]
    [InlineData("""{SCHEMAS}""", "invalidSyntax")]
    [InlineData("""{SCHEMAS,"Operations":[]}""", "invalidSyntax")]
    [InlineData("""{SCHEMAS,"Operations":{}}""", "invalidSyntax")]
    [InlineData("""{SCHEMAS,"Operations":[5]}""", "invalidSyntax")]
    [InlineData("""{SCHEMAS,"failOnErrors":0,"Operations":[{"method":"DELETE","path":"/Users/1"}]}""", "invalidValue")]
    [InlineData("""{SCHEMAS,"failOnErrors":"1","Operations":[{"method":"DELETE","path":"/Users/1"}]}""", "invalidValue")]
    [InlineData("""{SCHEMAS,"failOnErrors":1.5,"Operations":[{"method":"DELETE","path":"/Users/1"}]}""", "invalidValue")]
    [InlineData("""{SCHEMAS,"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":{}},{"method":"POST","path":"/Users","bulkId":"a","data":{}}]}""", "invalidValue")]
    public void Bad_envelope_refuses_the_request(string body, string scimType) =>
        Assert.Equal(scimType, Assert.Throws<ScimException>(() => Read(body)).Error.ScimType);

    [Fact]
    public void Too_many_operations_name_the_limit()
    {
        var operations = string.Join(',', Enumerable.Repeat("""{"method":"DELETE","path":"/Users/1"}""", 11));
        var error = Assert.Throws<ScimException>(() => Read("{SCHEMAS,\"Operations\":[" + operations + "]}", maxOperations: 10)).Error;
        Assert.Equal((413, null), (error.Status, error.ScimType));
        Assert.Contains("maxOperations (10)", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"method":"GET","path":"/Users/1"}""", "invalidSyntax")]
    [InlineData("""{"path":"/Users/1"}""", "invalidSyntax")]
    [InlineData("""{"method":"DELETE"}""", "invalidSyntax")]
    [InlineData("""{"method":"POST","path":"/Users","data":{}}""", "invalidValue")]
    [InlineData("""{"method":"POST","path":"/Users","bulkId":"a"}""", "invalidSyntax")]
    [InlineData("""{"method":"POST","path":"/Users/1","bulkId":"a","data":{}}""", "invalidPath")]
    [InlineData("""{"method":"PUT","path":"/Users","data":{}}""", "invalidPath")]
    [InlineData("""{"method":"PUT","path":"/Users/1"}""", "invalidSyntax")]
    [InlineData("""{"method":"PATCH","path":"/Users/1","data":"x"}""", "invalidSyntax")]
    [InlineData("""{"method":"POST","path":"/Bulk","bulkId":"a","data":{}}""", "invalidPath")]
    [InlineData("""{"method":"POST","path":"/Users/.search/x","bulkId":"a","data":{}}""", "invalidPath")]
    [InlineData("""{"method":"DELETE","path":"/Me"}""", "invalidPath")]
    [InlineData("""{"method":"DELETE","path":"/Schemas/x"}""", "invalidPath")]
    [InlineData("""{"method":"DELETE","path":"//"}""", "invalidPath")]
    public void Bad_operation_has_its_own_fault(string operation, string scimType)
    {
        var request = Read($$"""{SCHEMAS,"Operations":[{{operation}},{"method":"DELETE","path":"/Users/2"}]}""");
        Assert.Equal(scimType, request.Operations[0].Fault?.ScimType);
        Assert.Null(request.Operations[1].Fault);
        Assert.Equal(2, BulkPlan.Of(request).Steps.Count);
    }

    [Theory]
    [InlineData("/Users/1")]
    [InlineData("Users/1")]
    [InlineData("/users/1/")]
    [InlineData(Base + "/Users/1")]
    public void Path_is_relative_to_the_base_url(string path)
    {
        var operation = Assert.Single(Read($$"""{SCHEMAS,"failOnErrors":2,"Operations":[{"method":"delete","path":"{{path}}","version":"W/\"1\""}]}""").Operations);
        Assert.Equal(("DELETE", "User", "1", "W/\"1\""), (operation.MethodText, operation.Type?.Name, operation.Id, operation.Version));
    }

    [Fact]
    public void Bare_operations_of_a_patch_become_a_message()
    {
        var request = Read("""{SCHEMAS,"Operations":[{"method":"PATCH","path":"/Users/1","data":[{"op":"remove","path":"title"}]}]}""");
        Assert.Equal(
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"remove","path":"title"}]}""",
            request.Operations[0].Data!.ToJsonString());
    }

    [Fact]
    public void Forward_reference_is_created_first()
    {
        var plan = Plan("""{"method":"POST","path":"/Groups","bulkId":"g","data":{"displayName":"G","members":[{"value":"bulkId:u"}]}}""",
            """{"method":"PUT","path":"/Users/bulkId:u","data":{"userName":"x"}}""",
            """{"method":"POST","path":"/Users","bulkId":"u","data":{"userName":"u"}}""");
        Assert.Equal([2, 0, 1], plan.Steps.Select(s => s.Operation.Index));
        Assert.All(plan.Steps, s => Assert.IsType<ExecuteOperation>(s));
    }

    [Fact]
    public void Circle_is_created_without_one_reference_which_is_added_afterwards()
    {
        var plan = Plan("""{"method":"POST","path":"/Groups","bulkId":"a","data":{"displayName":"A","members":[{"value":"1"},{"value":"bulkId:b","type":"Group"}]}}""",
            """{"method":"POST","path":"/Groups","bulkId":"b","data":{"displayName":"B","members":[{"value":"bulkId:a"}]}}""");
        Assert.Equal([1, 0, 1], plan.Steps.Select(s => s.Operation.Index));
        Assert.Equal("""{"displayName":"B","members":[]}""", ((ExecuteOperation)plan.Steps[0]).Data!.ToJsonString());
        Assert.Equal("""[{"op":"add","path":"members","value":[{"value":"bulkId:a"}]}]""", ((CompleteOperation)plan.Steps[2]).Patch["Operations"]!.ToJsonString());
    }

    [Fact]
    public void Circle_through_an_extension_waits_with_the_attribute()
    {
        var plan = Plan($$$"""{"method":"POST","path":"/Users","bulkId":"a","data":{"userName":"a","{{{Enterprise}}}":{"department":"D","manager":{"value":"bulkId:a"} } } }""");
        Assert.Equal("""{"department":"D"}""", ((ExecuteOperation)plan.Steps[0]).Data![Enterprise]!.ToJsonString());
        Assert.Equal(
            $$$"""[{"op":"add","path":"{{{Enterprise}}}:manager","value":{"value":"bulkId:a"}}]""", ((CompleteOperation)plan.Steps[1]).Patch["Operations"]!.ToJsonString());
    }

    [Fact]
    public void Unknown_bulk_id_is_a_fault_of_the_operation()
    {
        var plan = Plan("""{"method":"POST","path":"/Groups","bulkId":"g","data":{"members":[{"value":"bulkId:nope"}]}}""");
        Assert.Equal("invalidValue", plan.Steps[0].Operation.Fault?.ScimType);
    }

    [Fact]
    public void References_are_replaced_by_ids()
    {
        var data = JsonNode.Parse("""{"members":[{"value":"bulkId:a","$ref":"../Users/bulkId:a"},"bulkId:b"],"text":"about bulkId:a"}""")!.AsObject();
        var before = data.ToJsonString();
        Assert.Equal("""{"members":[{"value":"1","$ref":"../Users/1"},"2"],"text":"about bulkId:a"}""",
            BulkReference.Resolve(data, b => b == "a" ? "1" : "2").ToJsonString());
        Assert.Equal(before, data.ToJsonString());
        Assert.Equal(409, Assert.Throws<ScimException>(() => BulkReference.Resolve(data, _ => null)).Error.Status);
        Assert.Equal("7", BulkReference.Resolve("bulkId:x", _ => "7"));
    }

    [Fact]
    public void Long_chain_is_planned_without_recursion()
    {
        var operations = Enumerable.Range(0, 20_000).Select(i =>
            $$"""{"method":"POST","path":"/Groups","bulkId":"{{i}}","data":{"members":[{"value":"bulkId:{{(i + 1) % 20_000}}"}]} }""");
        var plan = BulkPlan.Of(Read("{SCHEMAS,\"Operations\":[" + string.Join(',', operations) + "]}", maxOperations: 20_000));
        Assert.Equal(20_001, plan.Steps.Count);
    }

    [Fact]
    public void Response_is_in_the_order_of_the_request()
    {
        var request = Read("""{SCHEMAS,"Operations":[{"method":"POST","path":"/Users","bulkId":"a","data":{}},{"method":"DELETE","path":"/Users/1","bulkId":"b"},{"method":"PUT","path":"/Users/2","data":{}}]}""");
        var response = BulkResponse.Of(
        [
            BulkResult.Failed(request.Operations[2], ScimError.NotFound("Not here."), Base + "/Users/2"),
            new BulkResult(request.Operations[0], 201) { Location = Base + "/Users/9", Version = "W/\"1\"" },
            BulkResult.Failed(request.Operations[1], ScimError.PreconditionFailed("Changed.")),
        ]);
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkResponse"],"Operations":[
                 {"method":"POST","bulkId":"a","version":"W/\"1\"","location":"https://h/v2/Users/9","status":"201"},
                 {"method":"DELETE","bulkId":"b","status":"412","response":{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"detail":"Changed.","status":"412"}},
                 {"method":"PUT","location":"https://h/v2/Users/2","status":"404","response":{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"detail":"Not here.","status":"404"}}]}
                """),
            response), response.ToJsonString());
    }

    [Property(MaxTest = 300)]
    public Property Plan_keeps_every_reference_and_never_uses_one_too_early()
    {
        var graphs = Gen.Choose(1, 8).SelectMany(n => Gen.ListOf(Gen.ListOf(Gen.Choose(0, n - 1), 3), n));
        return Prop.ForAll(Arb.From(graphs), graph =>
        {
            var operations = graph.Select((targets, i) => new JsonObject
            {
                ["method"] = "POST",
                ["path"] = "/Groups",
                ["bulkId"] = i.ToString(CultureInfo.InvariantCulture),
                ["data"] = new JsonObject { ["members"] = new JsonArray([.. targets.Select(t => new JsonObject { ["value"] = $"bulkId:{t}" })]) },
            }.ToJsonString());
            var plan = Plan([.. operations]);
            var created = new HashSet<string>(StringComparer.Ordinal);
            var references = new List<string>();
            foreach (var step in plan.Steps)
            {
                var used = BulkReference.In(step is ExecuteOperation execute ? execute.Data : ((CompleteOperation)step).Patch);
                Assert.All(used, u => Assert.Contains(u, created));
                references.AddRange(used.Select(u => step.Operation.BulkId + ">" + u));
                created.Add(step.Operation.BulkId!);
            }

            Assert.Equal(
                graph.SelectMany((targets, i) => targets.Distinct().Select(t => $"{i}>{t}")).Order(StringComparer.Ordinal),
                references.Order(StringComparer.Ordinal));
        });
    }

    private static BulkPlan Plan(params string[] operations) => BulkPlan.Of(Read("{SCHEMAS,\"Operations\":[" + string.Join(',', operations) + "]}"));

    private static BulkRequest Read(string body, int maxOperations = 100) => BulkRequestReader.Read(
        JsonBody.Parse(Encoding.UTF8.GetBytes(body.Replace("SCHEMAS", "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:BulkRequest\"]", StringComparison.Ordinal))),
        SchemaCatalog.Default, ClientProfile.Strict, maxOperations, Base);
}
