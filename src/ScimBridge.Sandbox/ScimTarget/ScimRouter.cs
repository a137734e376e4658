
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
            return ScimReply.Error(refusal.Status, refusal.ScimType, refusal.Message);
        }
    }

    private ScimReply Route(ScimRequest request) => request.Segments switch
    {
        ["Users"] => Collection(users, request),
        ["Groups"] => Collection(groups, request),
        ["Users", var id] => Single(users, id, request),
        ["Groups", var id] => Single(groups, id, request),
        ["ServiceProviderConfig" or "ResourceTypes" or "Schemas", ..] when request.Method != HttpMethods.Get => throw ScimException.MethodNotAllowed(),
        ["ServiceProviderConfig"] => Discovery.Config(target.Settings, request.BaseUrl),
        ["ResourceTypes"] => Discovery.ResourceTypes(null, request.BaseUrl),
        ["ResourceTypes", var name] => Discovery.ResourceTypes(name, request.BaseUrl),
        ["Schemas"] => Discovery.SchemaDocuments(null, request.BaseUrl),
        ["Schemas", var urn] => Discovery.SchemaDocuments(urn, request.BaseUrl),
        _ => throw ScimException.NotFound("Endpoint"),
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
