namespace ScimBridge.Connectors.Tests.Targets.Okta;

/// <summary>What holds others to a description must itself be seen to refuse.</summary>
public sealed class OktaDescriptionTests
{
    [Theory]
    [InlineData("POST", "/api/v1/users?activate=false", """{"profile":{"login":"ann@corp.example","scimBridgeId":"1"}}""", 200, """{"id":"1","status":"STAGED"}""", null)]
    [InlineData("PATCH", "/api/v1/users/1", "", 200, "{}", "no such operation")]
    [InlineData("GET", "/api/v1/users?filters=x", "", 200, "[]", "parameter filters")]
    [InlineData("GET", "/api/v1/groups/rules?limit=1000", "", 200, "[]", "limit is out of range")]
    [InlineData("POST", "/api/v1/users?activate=maybe", """{"profile":{}}""", 200, "{}", "activate is no boolean")]
    [InlineData("POST", "/api/v1/users", """{}""", 200, "{}", "profile is missing")]
    [InlineData("POST", "/api/v1/users", """{"profile":{"login":"a@b"}}""", 200, "{}", "3 characters")]
    [InlineData("POST", "/api/v1/users", """{"profile":{"title":7}}""", 200, "{}", "no string")]
    [InlineData("POST", "/api/v1/users", """{"profile":{},"active":true}""", 200, "{}", "property active")]
    [InlineData("GET", "/api/v1/users/1", "", 200, """{"id":"1","status":"GONE"}""", "none of the words")]
    [InlineData("GET", "/api/v1/users/1", "", 200, """{"id":null}""", "null")]
    [InlineData("GET", "/api/v1/users/1", "", 418, "{}", "answered 418")]
    [InlineData("GET", "/api/v1/users/1", "", 404, """{"error":"x"}""", "property error")]
    [InlineData("GET", "/api/v1/users", "", 200, "{}", "an object")]
    [InlineData("GET", "/api/v1/users", "", 200, "<html>", "no JSON")]
    [InlineData("PUT", "/api/v1/groups/1/users/2", "{}", 204, "", "has a body")]
    public void Exchange_is_judged(string method, string path, string request, int status, string reply, string? violation)
    {
        var violations = OktaDescription.Violations(method, path, request, status, reply);

        if (violation is null)
            Assert.Empty(violations);
        else
            Assert.Contains(violation, Assert.Single(violations), StringComparison.Ordinal);
    }
}
