using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Messages;

namespace ScimBridge.Scim.Tests.Messages;

public sealed class JsonBodyTests
{
    public static TheoryData<string> Broken { get; } =
    [
        "", " ", "{", "}", "[]", "null", "5", "\"a\"", "{\"a\":1}x", "{\"a\":1}{}", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\":01}", "{\"a\":NaN}",
        "{\"a\":1,\"a\":2}", "{\"a\":1,\"A\":2}", "{\"x\":{\"b\":1,\"B\":2}}", "{\"x\":[{\"b\":1,\"b\":2}]}", "{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\\ud800\"}",
        "{\"\\ud800\":1}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\\ufffe\"}", "{\"\\u0000\":1}", "{\"a\":\"\t\"}", "{\"a\":/* c */1}", "{\"a\":[1,]}",
    ];

    [Theory]
    [MemberData(nameof(Broken))]
    public void Text_that_is_no_json_object_is_invalid_syntax(string text) => AssertInvalidSyntax(Encoding.UTF8.GetBytes(text));

    [Fact]
    public void Invalid_utf8_is_invalid_syntax()
    {
        AssertInvalidSyntax([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8]);
        AssertInvalidSyntax([.. "{\"a\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8]);
        AssertInvalidSyntax([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]);
        AssertInvalidSyntax([0xFF, 0xFE, (byte)'{', 0, (byte)'}', 0]);
    }

    [Fact]
    public void Nesting_is_bounded()
    {
        AssertInvalidSyntax(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 10_000)) + "1" + new string('}', 10_000)));
        AssertInvalidSyntax(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 10_000) + new string(']', 10_000) + "}"));
        AssertInvalidSyntax(Encoding.UTF8.GetBytes(new string('[', 1_000_000)));
    }

    [Fact]
    public void Byte_order_mark_is_passed_over() => Assert.Equal("""{"a":1}""", JsonBody.Parse((byte[])[0xEF, 0xBB, 0xBF, .. "{\"a\":1}"u8]).ToJsonString());

    [Fact]
    public void Names_match_in_any_case() => Assert.Equal(1, (int)JsonBody.Parse("{\"OPerations\":[{\"oP\":1}]}"u8.ToArray())["operations"]![0]!["op"]!);

    [Fact]
    public void Values_come_through_unchanged()
    {
        const string Text = """{"s":"é\"\\\u00e9😀","n":12345678901234567890.123456789,"e":1e5,"t":true,"f":false,"z":null,"a":[1,"x",null,{}],"o":{}}""";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Text), JsonBody.Parse(Encoding.UTF8.GetBytes(Text))));
    }

    private static void AssertInvalidSyntax(byte[] utf8) =>
        Assert.Equal("invalidSyntax", Assert.Throws<ScimException>(() => JsonBody.Parse(utf8)).Error.ScimType);
}
