using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>Writes an account that is proposed: its resource, and what is under way beside it, of which there is nothing.</summary>
internal static class ProposedAccount
{
    /// <summary>Adds it to what is written.</summary>
    /// <param name="configuration">The configuration; one with service accounts.</param>
    /// <param name="account">The account.</param>
    /// <param name="target">The target that it lives in.</param>
    /// <param name="remoteId">Its identifier there.</param>
    /// <param name="said">What else is said of it: attributes of the resource.</param>
    /// <param name="origin">Who brings it in.</param>
    /// <param name="resources">The resources that are written.</param>
    /// <param name="beside">What is written beside them.</param>
    public static void Add(
        BridgeConfiguration configuration, ServiceAccount account, string target, string remoteId, JsonObject said, string origin, Changes resources, AccountChanges beside)
    {
        var type = configuration.Catalog.FindResourceType(ConfiguredSponsorship.TypeName)!;
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(type.Schema.Id),
            ["kind"] = Words.Of(account.Kind),
            ["criticality"] = (int)account.Criticality,
            ["target"] = target,
            ["remoteId"] = remoteId,
        };
        foreach (var (name, value) in said)
            body[name] = value?.DeepClone();
        resources.Resources.Add(ResourceWriter.Create(type, account.Id, ServiceAccountResource.Show(body, account, configuration.Sponsorship!.Policy), origin, Lane.Change));
        beside.AddBeside(new ServiceAccountWrite(Before: null, account, NextAt: null) { Target = target, RemoteId = remoteId }, []);
    }
}
