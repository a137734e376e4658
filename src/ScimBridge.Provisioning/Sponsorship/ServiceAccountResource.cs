using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;

namespace ScimBridge.Provisioning.Sponsorship;

/// <summary>
/// Body of a resource and service account: what a client wants of one is read out of its body, and what has become of it is shown there.
/// Whatever only events move is the account's, and stands in the body for readers alone.
/// </summary>
public static class ServiceAccountResource
{
    private static readonly (AccountableRole Role, string Attribute)[] Roles =
        [(AccountableRole.TechnicalOwner, "owners"), (AccountableRole.Sponsor, "sponsors"), (AccountableRole.CoSponsor, "coSponsors")];

    /// <summary>The body as it shows the account; what the account knows nothing of stays as it is.</summary>
    public static JsonObject Show(JsonObject body, ServiceAccount account, SuccessionPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(account);
        ArgumentNullException.ThrowIfNull(policy);
        var shown = body.DeepClone().AsObject();
        foreach (var (role, attribute) in Roles)
            Set(shown, attribute, Array(account.Accountable.Where(a => a.Role == role).OrderByDescending(a => a.IsSettled).DistinctBy(a => a.PersonId).Select(Shown)));
        Set(shown, "credentials", Array(account.Credentials.Select(c => Shown(c, Element(body, "credentials", c.KeyId)))));
        Set(shown, "knownTo", Array(account.Credentials.SelectMany(c => c.KnownTo.Select(k => Shown(c, k)))));
        shown["state"] = Word(account.State);
        Set(shown, "expiresAt", Text(account.ExpiresAt));
        Set(shown, "lastUsedAt", Text(account.LastUsedAt));
        Set(shown, "reviewDate", Text(account.AttestBy ?? (account.AttestedAt + policy.AttestEvery + policy.AttestMoverWithin)));
        return shown;
    }

    /// <summary>The account as a client wants it.</summary>
    /// <param name="id">The id of the resource.</param>
    /// <param name="body">The body, with what the client wants.</param>
    /// <param name="before">The account as it is; null where it is new.</param>
    /// <param name="policy">How often somebody has to confirm that it is needed.</param>
    /// <param name="now">The instant.</param>
    public static ServiceAccount Read(string id, JsonObject body, ServiceAccount? before, SuccessionPolicy policy, Instant now)
    {
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(policy);
        var account = (before ?? new ServiceAccount(id, default, Criticality.C4) { AttestedAt = now }) with
        {
            Kind = Read<ServiceAccountKind>(String(body, "kind")) ?? ServiceAccountKind.ServiceAccount,
            Criticality = (Criticality)body["criticality"]!.GetValue<int>(),
            IsPrivileged = body["privileged"]?.GetValue<bool>() ?? false,
            TeamId = String(body["team"], "value"),
            ApplicationId = String(body, "application") ?? String(body, "department"),
            CreatedBy = String(body["creator"], "value"),
            ExpiresAt = At(body, "expiresAt"),
            Exemption = body["exemption"] is JsonObject exemption && At(exemption, "until") is { } until
                ? new Exemption(String(exemption, "reason") ?? "", String(exemption, "approvedBy") ?? "", until)
                : null,
        };
        foreach (var (role, attribute) in Roles)
            account = WithPeople(account, role, [.. Elements(body, attribute).Select(e => String(e, "value")).OfType<string>()], now);
        account = account with { Credentials = Credentials(body, account, now) };
        return WithReview(account, At(body, "reviewDate"), policy, now);
    }

    // Who stands in or holds a role meanwhile does so by the server's decision: a client that leaves them out changes nothing about it.
    private static ServiceAccount WithPeople(ServiceAccount account, AccountableRole role, HashSet<string> wanted, Instant now)
    {
        foreach (var gone in account.Accountable.Where(a => a.Role == role && a.IsSettled && !wanted.Contains(a.PersonId)).Select(a => a.PersonId).ToList())
            account = StepEffect.Of(account, new CascadeStep.Relieve(role, gone), now);
        var held = account.Accountable.Where(a => a.Role == role).Select(a => a.PersonId).ToHashSet(StringComparer.Ordinal);
        return account with
        {
            Accountable = [.. account.Accountable, .. wanted.Where(w => !held.Contains(w)).Select(w => new Accountable(role, w, now))],
        };
    }

    private static List<Credential> Credentials(JsonObject body, ServiceAccount account, Instant now)
    {
        var known = account.Credentials.ToDictionary(c => c.KeyId, StringComparer.Ordinal);
        var credentials = new List<Credential>();
        foreach (var element in Elements(body, "credentials").Where(e => String(e, "value") is not null).DistinctBy(e => String(e, "value"), StringComparer.Ordinal))
        {
            var keyId = String(element, "value")!;
            var credential = (known.GetValueOrDefault(keyId) ?? new Credential(keyId)) with
            {
                IsPersonal = String(element, "type") == "personalToken",
                Retirement = Read<Retirement>(String(element, "retirement")) ?? Retirement.Rotate,
                CreatedBy = String(element, "createdBy"),
                NotAfter = At(element, "notAfter"),
            };
            // What is known stays known, whoever leaves it out.
            var added = Elements(body, "knownTo").Where(k => String(k, "type") == keyId && String(k, "value") is { } person && credential.KnownTo.All(h => h.PersonId != person))
                .DistinctBy(k => String(k, "value"), StringComparer.Ordinal)
                .Select(k => new Knowledge(
                    String(k, "value")!, At(k, "since") ?? now, Read<Evidence>(String(k, "evidence")) ?? Evidence.Shared));
            credentials.Add(credential with { KnownTo = [.. credential.KnownTo, .. added] });
        }

        return credentials;
    }

    // A review can be brought forward, and put off no farther than policy lets anybody: somebody is asked when the time for an answer begins.
    private static ServiceAccount WithReview(ServiceAccount account, Instant? wanted, SuccessionPolicy policy, Instant now)
    {
        if (wanted is not { } review || review == (account.AttestBy ?? (account.AttestedAt + policy.AttestEvery + policy.AttestMoverWithin)))
            return account;
        var asked = review - policy.AttestMoverWithin;
        return asked <= now
            ? account with { AttestBy = review < account.AttestBy || account.AttestBy is null ? review : account.AttestBy }
            : account with { AttestedAt = Instant.Min(asked - policy.AttestEvery, now) };
    }

    private static JsonObject Shown(Accountable held)
    {
        var element = new JsonObject { ["value"] = held.PersonId, ["since"] = Text(held.Since), ["basis"] = Word(held.Basis) };
        Set(element, "acceptedAt", Text(held.AcceptedAt));
        Set(element, "expiresAt", Text(held.ExpiresAt));
        return element;
    }

    private static JsonObject Shown(Credential credential, JsonObject? before)
    {
        var element = new JsonObject { ["value"] = credential.KeyId };
        foreach (var name in (ReadOnlySpan<string>)["type", "createdAt"])
            Set(element, name, before?[name]?.DeepClone());
        Set(element, "createdBy", credential.CreatedBy is { } by ? JsonValue.Create(by) : null);
        Set(element, "notAfter", Text(credential.NotAfter));
        element["retirement"] = Word(credential.Retirement);
        element["state"] = Word(credential.State);
        return element;
    }

    private static JsonObject Shown(Credential credential, Knowledge known) => new()
    {
        ["value"] = known.PersonId, ["type"] = credential.KeyId, ["since"] = Text(known.Since), ["evidence"] = Word(known.Evidence),
    };

    private static JsonArray? Array(IEnumerable<JsonObject> elements) => elements.ToArray() is { Length: > 0 } some ? new JsonArray([.. some]) : null;

    private static void Set(JsonObject body, string name, JsonNode? value)
    {
        if (value is null)
            body.Remove(name);
        else
            body[name] = value;
    }

    private static JsonObject? Element(JsonObject body, string attribute, string value) => Elements(body, attribute).FirstOrDefault(e => String(e, "value") == value);

    private static IEnumerable<JsonObject> Elements(JsonObject body, string attribute) => (body[attribute] as JsonArray ?? []).OfType<JsonObject>();

    private static string? String(JsonNode? node, string name) => (node as JsonObject)?[name]?.GetValue<string>();

    private static Instant? At(JsonObject node, string name) =>
        String(node, name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? Instant.FromDateTimeOffset(at)
            : null;

    private static JsonValue? Text(Instant? at) => at is { } some ? JsonValue.Create(InstantPattern.ExtendedIso.Format(some)) : null;

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static T? Read<T>(string? word)
        where T : struct, Enum => word is not null && Enum.TryParse<T>(word, ignoreCase: true, out var value) ? value : null;
}
