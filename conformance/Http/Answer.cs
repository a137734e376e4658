using System.Globalization;
using System.Text.Json.Nodes;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Http;

/// <summary>What the server answered, with the assertions that nearly every clause needs.</summary>
internal sealed class Answer(Exchange exchange, string text)
{
    private JsonNode? _json;
    private bool _parsed;

    public Exchange Exchange { get; } = exchange;

    /// <summary>The whole body, also where the recorded exchange is cut.</summary>
    public string Text { get; } = text;

    public int Status => Exchange.Status;

    public TimeSpan Took => Exchange.Took;

    public bool Succeeded => Status is >= 200 and < 300;

    public bool Refused => Status is >= 400 and < 500;

    public string? ContentType => Header("Content-Type");

    public string? ETag => Header("ETag");

    public string? ScimType => Json.Text("scimType");

    public JsonNode? Json
    {
        get
        {
            if (!_parsed)
            {
                _json = Conformance.Json.TryParse(Text);
                _parsed = true;
            }
            return _json;
        }
    }

    /// <summary>The body as a JSON object; anything else fails the clause.</summary>
    public JsonObject Body => Json as JsonObject ?? throw Failed("a JSON object as body");

    /// <summary>The `Resources` of a ListResponse; absent counts as empty.</summary>
    public IReadOnlyList<JsonObject> Resources => Body.Items("Resources");

    public int? Total => Body.Number("totalResults");

    public IReadOnlyList<string> Ids => [.. Resources.Select(r => r.Text("id") ?? "")];

    public string? Header(string name) =>
        Exchange.ResponseHeaders.FirstOrDefault(h => string.Equals(h.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The status is one of these.</summary>
    public Answer Is(params ReadOnlySpan<int> statuses)
    {
        foreach (var status in statuses)
        {
            if (status == Status)
                return this;
        }
        throw Failed("status " + Join(statuses));
    }

    /// <summary>The status is 200 and the body a ListResponse.</summary>
    public Answer IsList()
    {
        Is(200);
        if (!Body.Strings("schemas").Contains(Urn.ListResponse, StringComparer.OrdinalIgnoreCase))
            throw Failed("a ListResponse");
        return this;
    }

    /// <summary>A SCIM error with this status and, when any are named, one of these scimTypes.</summary>
    public Answer IsError(int status, params ReadOnlySpan<string> scimTypes)
    {
        Is(status);
        IsScimError();
        if (scimTypes.Length == 0)
            return this;
        foreach (var type in scimTypes)
        {
            if (string.Equals(type, ScimType, StringComparison.Ordinal))
                return this;
        }
        throw Failed(string.Create(
            CultureInfo.InvariantCulture,
            $"scimType {string.Join(" or ", scimTypes.ToArray())} with status {status}"));
    }

    /// <summary>Some 4xx with a SCIM error body: the RFC wants a refusal and leaves the number open.</summary>
    public Answer IsRefused()
    {
        if (!Refused)
            throw Failed("a 4xx refusal");
        return IsScimError();
    }

    /// <summary>No feature of this name: a lack, not a fault. Only for what ServiceProviderConfig has no switch for.</summary>
    public Answer OrLacks(string feature)
    {
        if (Status == 501)
            throw new OutcomeException(Outcome.NotSupported, $"{feature}: the server answers 501 (not implemented)");
        return this;
    }

    /// <summary>The exception that fails the clause, saying what was expected of this exchange and what came.</summary>
    public OutcomeException Failed(string expected)
    {
        var got = Exchange.Fault ?? string.Create(CultureInfo.InvariantCulture, $"{Status}");
        if (ScimType is { } type)
            got += " " + type;
        if (Json.Text("detail") is { } detail)
            got += $" (\"{Cut(detail, 160)}\")";
        else if (Text.Length > 0 && Json is not JsonObject)
            got += $" with a body that is no JSON object: {Cut(Text, 80)}";
        return new OutcomeException(Outcome.Failed, $"{Exchange.Method} {Cut(Exchange.Url, 140)}: expected {expected}, got {got}");
    }

    private Answer IsScimError()
    {
        if (Json is not JsonObject body || !body.Strings("schemas").Contains(Urn.Error, StringComparer.OrdinalIgnoreCase))
            throw Failed("a SCIM Error body");
        if (body.Text("status") != Status.ToString(CultureInfo.InvariantCulture))
            throw Failed("the Error's status as the string \"" + Status.ToString(CultureInfo.InvariantCulture) + "\"");
        return this;
    }

    private static string Join(ReadOnlySpan<int> statuses)
    {
        var text = "";
        foreach (var status in statuses)
            text += (text.Length > 0 ? " or " : "") + status.ToString(CultureInfo.InvariantCulture);
        return text;
    }

    private static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";
}
