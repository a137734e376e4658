using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Lifecycle;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Mapping;

/// <summary>Maps a worker to the SCIM user that the bridge publishes (RFC 7643, 4.1 and 4.3).</summary>
public static class UserMapping
{
    /// <summary>The schema that every user has.</summary>
    public const string BaseSchema = "urn:ietf:params:scim:schemas:core:2.0:User";
    /// <summary>The schema of what an enterprise knows of its users (RFC 7643, 4.3).</summary>
    public const string EnterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    // One that canonicalValues of RFC 7643, 4.1.2 do not name, so that it is not taken for an address that somebody gave.
    private const string AliasType = "alias";

    private static readonly HashSet<string> Mastered = new(StringComparer.Ordinal)
    {
        "userName", "name", "displayName", "title", "userType", "preferredLanguage", "timezone", "active", "emails",
        "phoneNumbers", EnterpriseSchema, HrExtension.Urn,
    };

    /// <summary>What HR masters of a user. The rest of a body belongs to whoever wrote it and is carried over.</summary>
    public static IReadOnlyCollection<string> MasteredAttributes => Mastered;

    /// <summary>Makes the body.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="intent">What was decided.</param>
    /// <param name="userName">The user name.</param>
    /// <param name="workEmail">The work e-mail, where there is one.</param>
    /// <param name="managerId">Id of the manager's user, where there is one.</param>
    /// <param name="current">The body as it is; null where there is none.</param>
    /// <param name="clientMastered">The attributes that a client masters by now: they are carried over too.</param>
    /// <param name="configured">What the configuration says differently.</param>
    /// <param name="withLegalName">Whether the user carries the name in the papers, for a target that is told it.</param>
    /// <param name="aliases">Addresses that the worker had before, and keeps.</param>
    /// <exception cref="MappingException">A configured expression fails.</exception>
    public static JsonObject Map(
        Worker worker,
        Intent intent,
        string userName,
        string? workEmail,
        string? managerId,
        JsonObject? current,
        IReadOnlyCollection<string>? clientMastered = null,
        AttributeMap? configured = null,
        bool withLegalName = false,
        IReadOnlyCollection<string>? aliases = null)
    {
        ArgumentNullException.ThrowIfNull(worker);
        ArgumentNullException.ThrowIfNull(intent);
        var facts = worker.Facts;
        var schemas = new JsonArray(BaseSchema, EnterpriseSchema, HrExtension.Urn);
        var body = new JsonObject
        {
            ["schemas"] = schemas,
            ["userName"] = userName,
            ["name"] = Object(
                ("formatted", FullName(facts)), ("familyName", facts.FamilyName), ("givenName", facts.GivenName)),
            ["displayName"] = facts.DisplayName ?? FullName(facts),
        };
        Set(body, "title", facts.Title);
        Set(body, "userType", Word(facts.Type.ToString()));
        Set(body, "preferredLanguage", facts.PreferredLanguage);
        Set(body, "timezone", facts.TimeZone);
        body["active"] = intent.Active;
        if (workEmail is not null)
        {
            var emails = new JsonArray(new JsonObject { ["value"] = workEmail, ["type"] = "work", ["primary"] = true });
            foreach (var alias in aliases ?? [])
                emails.Add(new JsonObject { ["value"] = alias, ["type"] = AliasType });
            body["emails"] = emails;
        }

        if (facts.WorkPhone is not null)
            body["phoneNumbers"] = new JsonArray(new JsonObject { ["value"] = facts.WorkPhone, ["type"] = "work" });

        var enterprise = Object(
            ("employeeNumber", facts.EmployeeNumber), ("costCenter", facts.CostCenter), ("organization", facts.Company),
            ("division", facts.Division), ("department", facts.Department));
        if (managerId is not null)
            enterprise["manager"] = new JsonObject { ["value"] = managerId };
        body[EnterpriseSchema] = enterprise;
        body[HrExtension.Urn] = Hr(worker, withLegalName);
        configured ??= AttributeMap.Empty;
        if (!configured.IsEmpty)
            configured.Apply(body, ExpressionVariables.OfWorker(facts, userName));

        clientMastered ??= [];
        foreach (var name in clientMastered)
            body.Remove(name);
        foreach (var (name, value) in current ?? [])
        {
            if (name == "schemas" || ((Mastered.Contains(name) || configured.Names.Contains(name)) && !clientMastered.Contains(name)))
                continue;
            if (configured.Extensions.Contains(name) && value is JsonObject extension)
            {
                CarryOver(body, schemas, name, extension, configured.Extensions[name]);
                continue;
            }

            body[name] = value?.DeepClone();
            // An extension that a client added is part of the resource only as long as its schema is named (RFC 7643, 3.3).
            if (AccountMapping.IsSchema(name) && !Mastered.Contains(name))
                schemas.Add(name);
        }

        return body;
    }

    /// <summary>The addresses that a user's body has as aliases.</summary>
    public static IReadOnlyList<string> AliasesOf(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return
        [
            .. (body["emails"] as JsonArray ?? []).Where(e => e?["type"]?.GetValue<string>() == AliasType)
                .Select(e => e!["value"]?.GetValue<string>()).OfType<string>(),
        ];
    }

    /// <summary>The work address that a user's body has, or null.</summary>
    public static string? WorkEmailOf(JsonObject body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return (body["emails"] as JsonArray ?? []).FirstOrDefault(e => e?["type"]?.GetValue<string>() == "work")?["value"]?.GetValue<string>();
    }

    // Of an extension that is mapped in part, the rest belongs to whoever wrote it.
    private static void CarryOver(JsonObject body, JsonArray schemas, string schema, JsonObject current, IEnumerable<string> mapped)
    {
        var rest = current.Where(p => !mapped.Contains(p.Key)).ToList();
        if (rest.Count == 0)
            return;
        if (body[schema] is not JsonObject extension)
        {
            body[schema] = extension = [];
            schemas.Add(schema);
        }

        foreach (var (name, value) in rest)
            extension[name] = value?.DeepClone();
    }

    private static JsonObject Hr(Worker worker, bool withLegalName)
    {
        var facts = worker.Facts;
        var hr = Object(
            ("workerType", Word(facts.Type.ToString())),
            ("employmentStatus", Word(facts.Status.ToString())),
            ("startDate", Date(facts.StartDate)),
            ("contractEndDate", Date(facts.ContractEndDate)),
            ("terminationDate", Date(facts.TerminationDate)),
            ("lastDayOfWork", Date(facts.LastDayOfWork)));
        if (worker.NextTransition is { } next)
        {
            hr["nextTransitionAt"] = InstantPattern.General.Format(next);
            Set(hr, "nextTransitionTo", worker.NextAccess is { } to ? Word(to.ToString()) : null);
        }

        if (withLegalName)
        {
            Set(hr, HrExtension.LegalGivenName, facts.LegalGivenName);
            Set(hr, HrExtension.LegalFamilyName, facts.LegalFamilyName);
        }

        return hr;
    }

    private static string FullName(WorkerFacts facts) => facts.FamilyName is null ? facts.GivenName : $"{facts.GivenName} {facts.FamilyName}";

    private static string? Date(LocalDate? date) => date is { } d ? LocalDatePattern.Iso.Format(d) : null;

    private static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static void Set(JsonObject body, string name, string? value)
    {
        if (value is not null)
            body[name] = value;
    }

    private static JsonObject Object(params ReadOnlySpan<(string Name, string? Value)> values)
    {
        var result = new JsonObject();
        foreach (var (name, value) in values)
            Set(result, name, value);
        return result;
    }
}
