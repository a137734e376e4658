using System.Globalization;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// Service accounts of systems that the bridge does not go through, as a list (RFC 4180, UTF-8, with a header). Each is proposed; nobody is
/// adopted. A row with faults is told with its line, and keeps no other from being taken.
/// </summary>
internal static class AccountImportApi
{
    private const int MostRows = 50_000;

    private static readonly string[] Required = ["target", "remoteId", "kind", "displayName"];

    private static readonly string[] Known =
        [.. Required, "environment", "criticality", "purpose", "owner", "sponsor", "credential", "credentialType", "expiresAt"];

    public static void Map(WebApplication app) =>
        app.MapPost("/admin/v1/service-accounts/import", ImportAsync).RequireAuthorization(Scopes.AdminOperate);

    private static async Task ImportAsync(HttpContext http, BridgeConfiguration configuration, Database database, IClock clock, CancellationToken cancel)
    {
        if (configuration.Sponsorship is null)
            throw ScimError.NotFound("There are no service accounts here: the configuration has no sponsorship.").AsException();
        if (http.Request.ContentType?.Split(';')[0].Trim().Equals("text/csv", StringComparison.OrdinalIgnoreCase) != true)
            throw ScimError.InvalidSyntax("Send text/csv.").AsException();
        var faults = new List<(long Line, string Column, string Reason)>();
        var rows = Read(await HrisBody.ReadAsync(http.Request, HrisBody.MaxSize, cancel), faults);
        var now = clock.GetCurrentInstant();
        var caller = Caller.Of(http);
        var (proposed, known) = await database.WriteAsync(s => WriteAsync(s, configuration, rows, faults, caller, now, cancel), cancel);
        await BatchesApi.WriteAsync(http, StatusCodes.Status200OK, new JsonObject
        {
            ["proposed"] = proposed,
            ["known"] = known,
            ["faults"] = new JsonArray([.. faults.OrderBy(f => f.Line).Select(f => (JsonNode)new JsonObject { ["line"] = f.Line, ["column"] = f.Column, ["reason"] = f.Reason })]),
        });
    }

    private static async Task<(int Proposed, int Known)> WriteAsync(
        Session session, BridgeConfiguration configuration, List<Row> rows, List<(long Line, string Column, string Reason)> faults, Caller caller, Instant now, CancellationToken cancel)
    {
        var people = await PeopleLoader.UsersAsync(
            session, [.. rows.SelectMany(r => new[] { r.Owner, r.Sponsor }).OfType<string>().Distinct(StringComparer.Ordinal)], configuration.Catalog.User, cancel);
        var there = new HashSet<(string, string)>();
        foreach (var target in rows.GroupBy(r => r.Target, StringComparer.Ordinal))
            there.UnionWith((await DiscoveryStore.KnownAsync(session, target.Key, [.. target.Select(r => r.RemoteId)], cancel)).Keys.Select(id => (target.Key, id)));
        var (resources, beside) = (new Changes(now, caller.Actor, caller.Correlation, []), new AccountChanges(configuration, caller.Actor, caller.Correlation, now));
        var (proposed, known) = (0, 0);
        foreach (var row in rows)
        {
            var strangers = new[] { ("owner", row.Owner), ("sponsor", row.Sponsor) }.Where(p => p.Item2 is { } name && !people.ContainsKey(name)).Select(p => p.Item1).ToList();
            faults.AddRange(strangers.Select(column => (row.Line, column, "There is no user with this userName.")));
            if (strangers.Count > 0)
                continue;
            if (!there.Add((row.Target, row.RemoteId)))
            {
                known++;
                continue;
            }

            proposed++;
            var account = Account(ResourceId.New(now), row, people, now);
            var credentials = row.Credential is { } key
                ? new JsonArray(new JsonObject { ["value"] = key, ["type"] = row.CredentialType is { } type ? Provisioning.Revocation.Words.Of(type) : null })
                : null;
            var said = new JsonObject { ["displayName"] = row.DisplayName };
            foreach (var (name, value) in new[] { ("environment", row.Environment), ("purpose", row.Purpose) }.Where(v => v.Item2 is not null))
                said[name] = value;
            if (credentials is not null)
                said["credentials"] = credentials;
            ProposedAccount.Add(configuration, account, row.Target, row.RemoteId, said, caller.Actor, resources, beside);
            resources.Notes.Add(new ChangeNote("serviceAccount.proposed", account.Id, new JsonObject { ["target"] = row.Target, ["line"] = row.Line }.ToJsonString()));
        }

        await Commit.WriteAsync(session, resources, cancel);
        await beside.WriteAsync(session, cancel);
        return (proposed, known);
    }

    private static ServiceAccount Account(string id, Row row, Dictionary<string, string> people, Instant now)
    {
        IEnumerable<Accountable> Suggested(AccountableRole role, string? name) =>
            name is null ? [] : [new Accountable(role, people[name], now) { Basis = AccountableBasis.Provisional }];

        return new ServiceAccount(id, row.Kind, row.Criticality)
        {
            Use = AccountUse.Proposed,
            ExpiresAt = row.ExpiresAt,
            Accountable = [.. Suggested(AccountableRole.TechnicalOwner, row.Owner), .. Suggested(AccountableRole.Sponsor, row.Sponsor)],
            Credentials = row.Credential is { } key ? [new Credential(key) { Retirement = Retirement.None, IsPersonal = row.CredentialType == CredentialType.PersonalToken }] : [],
        };
    }

    private static List<Row> Read(byte[] body, List<(long Line, string Column, string Reason)> faults)
    {
        CsvList list;
        try
        {
            list = CsvList.Read(body, MostRows);
        }
        catch (FormatException e)
        {
            throw ScimError.InvalidSyntax(e.Message).AsException();
        }

        if (list.Header.FirstOrDefault(c => !Known.Contains(c, StringComparer.Ordinal)) is { } unknown)
            throw ScimError.InvalidValue($"There is no column '{unknown}'; there are {string.Join(", ", Known)}.").AsException();
        if (list.Header.Distinct(StringComparer.Ordinal).Count() != list.Header.Count || Required.Except(list.Header).Any())
            throw ScimError.InvalidValue($"Each column stands there once, and {string.Join(", ", Required)} have to.").AsException();
        var rows = new List<Row>();
        foreach (var line in list.Rows)
        {
            var before = faults.Count;
            var row = RowOf(line, list.Header, faults);
            if (faults.Count == before)
                rows.Add(row);
        }

        return rows;
    }

    private static Row RowOf(CsvLine fields, IReadOnlyList<string> header, List<(long Line, string Column, string Reason)> faults)
    {
        var line = fields.Line;
        string? Text(string column) => header.ToList().IndexOf(column) is >= 0 and var at && at < fields.Fields.Count && fields.Fields[at] is { Length: > 0 } text ? text : null;
        T? Word<T>(string column)
            where T : struct, Enum
        {
            if (Text(column) is not { } text)
                return null;
            if (Enum.GetNames<T>().FirstOrDefault(n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase)) is { } name)
                return Enum.Parse<T>(name);
            faults.Add((line, column, $"It is none of {string.Join(", ", Enum.GetValues<T>().Select(Provisioning.Revocation.Words.Of))}."));
            return null;
        }

        if (fields.Fields.Count != header.Count)
            faults.Add((line, "", $"The row has {fields.Fields.Count} fields, the header has {header.Count}."));
        foreach (var column in Required.Where(c => Text(c) is null))
            faults.Add((line, column, "It is required."));
        var target = Text("target") ?? "";
        if (target.Length > 0 && !BridgeConfiguration.IsName(target))
            faults.Add((line, "target", $"The key of a system: {BridgeConfiguration.Naming}"));
        foreach (var (column, most) in new[] { ("remoteId", 200), ("displayName", 200), ("environment", 40), ("purpose", 1000), ("credential", 200) })
        {
            if (Text(column) is { } text && (text.Length > most || text.Any(char.IsControl)))
                faults.Add((line, column, $"It has at most {most} characters, and none that cannot be seen."));
        }

        var criticality = Criticality.C3;
        if (Text("criticality") is { } number && !(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && Enum.IsDefined(criticality = (Criticality)level)))
            faults.Add((line, "criticality", "It is from 1 to 4."));
        Instant? expires = null;
        if (Text("expiresAt") is { } at)
        {
            var parsed = OffsetDateTimePattern.ExtendedIso.Parse(at);
            if (parsed.Success)
                expires = parsed.Value.ToInstant();
            else
                faults.Add((line, "expiresAt", "An instant, such as 2027-01-01T00:00:00Z."));
        }

        if (Text("credentialType") is not null && Text("credential") is null)
            faults.Add((line, "credential", "A type without the key id of a credential says nothing."));
        return new Row(
            line, target, Text("remoteId") ?? "", Word<ServiceAccountKind>("kind") ?? default, Text("displayName") ?? "", Text("environment"), criticality, Text("purpose"), Text("owner"),
            Text("sponsor"), Text("credential"), Word<CredentialType>("credentialType"), expires);
    }

    private sealed record Row(
        long Line, string Target, string RemoteId, ServiceAccountKind Kind, string DisplayName, string? Environment, Criticality Criticality, string? Purpose, string? Owner,
        string? Sponsor, string? Credential, CredentialType? CredentialType, Instant? ExpiresAt);
}
