using System.Globalization;

namespace ScimBridge.Sandbox.Hris;

/// <summary>A call to an HR system.</summary>
/// <param name="Method">The method.</param>
/// <param name="Segments">The path behind the base URL.</param>
/// <param name="BaseUrl">What links begin with.</param>
/// <param name="Query">The query.</param>
/// <param name="Form">The form that was sent, where one was.</param>
/// <param name="Authorization">The header.</param>
/// <param name="ApiKey">The header <c>X-Api-Key</c>.</param>
internal sealed record HrisRequest(
    string Method, string[] Segments, string BaseUrl, IQueryCollection Query, IFormCollection? Form, string Authorization, string ApiKey)
{
    public string? Parameter(string name) => Query.TryGetValue(name, out var values) ? values.ToString() : null;

    public int Number(string name, int otherwise) => int.TryParse(Parameter(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
