using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Resources;
using ScimBridge.Scim.Schemas;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage.Queries;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// <c>/Agents</c>: the service accounts that are agent identities, under the schema of agents. What is asked and written of an agent is asked and
/// written of the service account that it is; there is nothing else.
/// </summary>
internal sealed class AgentView(SchemaCatalog catalog)
{
    private readonly ResourceType? _agent = catalog.FindResourceType("Agent") is { } type && type.Schema.Id == SchemaUris.Agent ? type : null;

    /// <summary>The type of the service accounts.</summary>
    public ResourceType Account { get; } = catalog.FindResourceType(ConfiguredSponsorship.TypeName)!;

    /// <summary>Whether a type is that of agents.</summary>
    public bool IsOne(ResourceType type) => _agent is not null && ReferenceEquals(type, _agent);

    /// <summary>Whether a service account is an agent.</summary>
    public static bool Has(ResourceRow account) => AgentResource.IsOne(Parse(account));

    /// <summary>The body of the agent that a service account is.</summary>
    public static JsonObject Body(ResourceRow account) => AgentResource.Show(Parse(account), SchemaUris.Agent);

    /// <summary>A service account as an agent.</summary>
    public ResourceRow Show(ResourceRow account) => account with { Type = _agent!.Name, Body = Body(account).ToJsonString() };

    /// <summary>What was written of a service account, as it is shown to who wrote it of an agent.</summary>
    public Written Show(Written written, IReadOnlyList<AttributePath> attributes) => new(_agent!, Show(written.Row), attributes);

    /// <summary>The service account that a new agent is to be.</summary>
    public NewResource ToAccount(NewResource agent, ClientProfile profile) => agent with
    {
        Type = Account, Input = ResourceReader.Create(AgentResource.Read(agent.Input.Body, before: null, Account.Schema.Id), Account, profile),
    };

    /// <summary>The body of the service account that an agent is to be.</summary>
    public JsonObject ToAccount(JsonObject agent, ResourceRow account) => AgentResource.Read(agent, Parse(account), Account.Schema.Id);

    /// <summary>The service accounts that a question about agents is about.</summary>
    public ResourceSelection ToAccounts(ResourceSelection agents)
    {
        var isOne = Parse($"kind eq \"{AgentResource.Kind}\"");
        return new ResourceSelection(
            Account, agents.Filter is { } filter ? new And(isOne, ToAccounts(filter)) : isOne,
            agents.SortBy is { } by ? SortKey.Parse(NameOf(by), Account, ClientProfile.Strict) : null);
    }

    // Most attributes have the same names, and a path is its name.
    private Filter ToAccounts(Filter filter) => filter switch
    {
        And and => new And(ToAccounts(and.Left), ToAccounts(and.Right)),
        Or or => new Or(ToAccounts(or.Left), ToAccounts(or.Right)),
        Not not => new Not(ToAccounts(not.Operand)),
        Comparison { Path: var path } comparison when path.ToString() == "active" =>
            comparison.ToString().EndsWith("true", StringComparison.Ordinal) == (comparison.Operator == ComparisonOperator.Equal) ? new Not(Inactive()) : Inactive(),
        Present { Path: var path } when path.ToString() == "active" => Parse("state pr"),
        Comparison { Path: var path } comparison => Parse(NameOf(path) + comparison.ToString()[path.ToString().Length..]),
        Present { Path: var path } => Parse(NameOf(path) + " pr"),
        ValueFilter => Parse(filter.ToString()),
        _ => filter,
    };

    private Filter Inactive() => Parse(string.Join(" or ", AgentResource.Inactive.Select(s => $"state eq \"{s}\"")));

    private Filter Parse(string filter) => FilterParser.Parse(filter, Account, ClientProfile.Strict);

    private static string NameOf(AttributePath path) => path.ToString() switch
    {
        "description" => "purpose",
        "active" => "state",
        var same => same,
    };

    private static JsonObject Parse(ResourceRow row) => JsonNode.Parse(row.Body)!.AsObject();
}
