using System.Text.Json.Nodes;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Service account and agent (draft-wzdk-scim-agent-resource-00): one resource under two schemas. What the agent's schema does not have is the
/// service account's, and stays as it is.
/// </summary>
public static class AgentResource
{
    /// <summary>The word of the kind that is shown as agents.</summary>
    public const string Kind = "agentIdentity";

    private const int Criticality = 3;

    // Attribute of the agent, and what the service account calls it.
    private static readonly (string Agent, string Account)[] Shared =
        [("externalId", "externalId"), ("agentUserName", "agentUserName"), ("displayName", "displayName"), ("description", "purpose")];

    /// <summary>The states in which an agent is not active, as words of the service account.</summary>
    public static IReadOnlyList<string> Inactive { get; } = ["disabled", "scheduledDelete", "deleted"];

    /// <summary>Whether the body of a service account is that of an agent.</summary>
    public static bool IsOne(JsonObject account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return (string?)account["kind"] == Kind;
    }

    /// <summary>The body of the agent that a service account is.</summary>
    /// <param name="account">The body of the service account.</param>
    /// <param name="schema">The URI of the agent's schema.</param>
    public static JsonObject Show(JsonObject account, string schema)
    {
        ArgumentNullException.ThrowIfNull(account);
        var agent = new JsonObject { ["schemas"] = new JsonArray(schema) };
        foreach (var (name, from) in Shared)
        {
            if (account[from] is { } value)
                agent[name] = value.DeepClone();
        }

        agent["active"] = !Inactive.Contains((string?)account["state"]);
        if (Owners(account) is { Count: > 0 } owners)
            agent["owners"] = owners;
        return agent;
    }

    /// <summary>
    /// The body of a service account as a client wants it that speaks of an agent. A new one is of criticality 3, and its owners are its sponsors: the
    /// agent's schema has one sort of people who answer for it.
    /// </summary>
    /// <param name="agent">The body of the agent.</param>
    /// <param name="before">The body of the service account as it is; null for a new one.</param>
    /// <param name="schema">The URI of the service account's schema.</param>
    public static JsonObject Read(JsonObject agent, JsonObject? before, string schema)
    {
        ArgumentNullException.ThrowIfNull(agent);
        var account = before?.DeepClone().AsObject() ?? new JsonObject { ["schemas"] = new JsonArray(schema), ["kind"] = Kind, ["criticality"] = Criticality };
        foreach (var (from, name) in Shared)
        {
            if (agent[from] is { } value)
                account[name] = value.DeepClone();
            else
                account.Remove(name);
        }

        // The service account's schema asks for it, the agent's does not.
        account["displayName"] ??= agent["agentUserName"]?.DeepClone();
        account["owners"] = Owners(agent);
        if (before is null)
            account["sponsors"] = Owners(agent);
        return account;
    }

    private static JsonArray Owners(JsonObject body) =>
        new([.. (body["owners"] as JsonArray ?? []).OfType<JsonObject>().Where(o => o["value"] is not null).Select(o => new JsonObject { ["value"] = (string?)o["value"] })]);
}
