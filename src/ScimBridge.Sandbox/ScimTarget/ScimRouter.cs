
namespace ScimBridge.Sandbox.ScimTarget;

/// <summary>Leads a request to the work it asks for, and turns a refusal into the error body.</summary>
internal sealed class ScimRouter(ScimCollection users, ScimCollection groups, ScimTargetState target)
{
    public ScimReply Answer(ScimRequest request)
    {
        try
        {
            return Route(request);
        }
        catch (ScimException refusal)
        {
            return ScimErrors.Of(target.Settings.Errors, refusal.Status, refusal.ScimType, refusal.Message);
        }
    }

    private ScimReply Route(ScimRequest request)
    {
        var (settings, segments) = (target.Settings, request.Segments);
        if (segments is [var first, ..] && Known(settings, first) is { } collection)
        {
            return segments switch
            {
                [_] => Collection(collection, request),
                [_, var id] => Single(collection, id, request),
                _ => throw ScimException.NotFound("Endpoint"),
            };
        }

        return Discovery.Answer(settings, request);
    }

    private ScimCollection? Known(ScimTargetSettings settings, string name) => (name, settings.LowerCase) switch
    {
        ("Users", false) or ("users", true) => users,
        ("Groups", false) or ("groups", true) => groups,
        _ => null,
    };

    private static ScimReply Collection(ScimCollection collection, ScimRequest request) => request.Method switch
    {
        "GET" => collection.List(request),
        "POST" => collection.Create(request),
        _ => throw ScimException.MethodNotAllowed(),
    };

    private static ScimReply Single(ScimCollection collection, string id, ScimRequest request) => request.Method switch
    {
        "GET" => collection.Get(id, request),
        "PUT" => collection.Replace(id, request),
        "PATCH" => collection.Patch(id, request),
        "DELETE" => collection.Delete(id, request),
        _ => throw ScimException.MethodNotAllowed(),
    };
}
