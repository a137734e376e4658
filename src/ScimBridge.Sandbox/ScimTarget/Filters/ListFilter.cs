using System.Text;
using ScimBridge.Sandbox.ScimTarget.Resources;
using ScimBridge.Sandbox.ScimTarget.Schemas;

namespace ScimBridge.Sandbox.ScimTarget.Filters;

/// <summary>Finds resources by a filter: one term leads to few candidates where an index allows, the others sift them.</summary>
internal sealed class ListFilter
{
    private readonly ScimResourceType type;
    private readonly FilterTerm[] terms;

    private ListFilter(ScimResourceType type, FilterTerm[] terms)
    {
        this.type = type;
        this.terms = terms;
    }

    /// <summary>Reads a filter; one on an attribute that is not among the allowed, where these are given, is refused.</summary>
    public static ListFilter Parse(ScimResourceType type, string text, IReadOnlyList<string>? allowed = null)
    {
        var read = FilterParser.Parse(text).ConvertAll(term => Canonical(type, term));
        return allowed is not null && read.Find(term => !allowed.Contains(term.Attribute)) is { } refused
            ? throw ScimException.InvalidFilter($"{type.Endpoint} cannot be filtered by {refused.Attribute}.")
            : new(type, [.. read]);
    }

    /// <summary>Call under the gate of the store.</summary>
    public List<Entry> Select(ScimStore store)
    {
        var shelf = store.Shelf(type);
        return [.. Candidates(shelf, store).Where(entry => Array.TrueForAll(terms, term => Matches(entry, term))).OrderBy(entry => entry.Slot)];
    }

    private IEnumerable<Entry> Candidates(Shelf shelf, ScimStore store)
    {
        foreach (var term in terms)
        {
            if (term.Attribute == "id")
                return Optional(shelf.FindById(term.TextValue));
            if (term.Attribute == type.KeyAttribute)
                return Optional(shelf.FindByKey(term.TextValue.Normalize(NormalizationForm.FormC)));
            if (term.Attribute == "externalId")
                return shelf.FindByExternalId(term.TextValue);
            if (term.Attribute == "members.value")
                return store.Find(term.TextValue)?.MemberOf ?? [];
        }

        return shelf.InOrder();
    }

    private static IEnumerable<Entry> Optional(Entry? entry) => entry is null ? [] : [entry];

    private static bool Matches(Entry entry, FilterTerm term)
    {
        var body = entry.Current.Body;
        var value = term.TextValue;
        return term.Attribute switch
        {
            "id" => entry.Id == value,
            "externalId" => body.ExternalId == value,
            "userName" => body.Key.Equals(value.Normalize(NormalizationForm.FormC), StringComparison.OrdinalIgnoreCase),
            "displayName" => string.Equals(body.DisplayName, value, StringComparison.OrdinalIgnoreCase),
            "userType" => string.Equals(body.UserType, value, StringComparison.OrdinalIgnoreCase),
            "emails.value" => body.Emails.Contains(value, StringComparer.OrdinalIgnoreCase),
            _ => entry.Members.Any(member => member.Id == value),
        };
    }

    private static FilterTerm Canonical(ScimResourceType type, FilterTerm term)
    {
        var urn = type.Core.Urn + ":";
        var name = term.Attribute.StartsWith(urn, StringComparison.OrdinalIgnoreCase) ? term.Attribute[urn.Length..] : term.Attribute;
        string[] known = type.HasMembers
            ? ["id", "externalId", "displayName", "members.value"]
            : ["id", "externalId", "userName", "displayName", "userType", "emails.value"];
        var attribute = Array.Find(known, candidate =>
            candidate.Equals(name, StringComparison.OrdinalIgnoreCase)
            || candidate.Equals(name + ".value", StringComparison.OrdinalIgnoreCase));
        return attribute is null
            ? throw ScimException.InvalidFilter($"This target does not filter {type.Endpoint} by {term.Attribute}.")
            : term with { Attribute = attribute };
    }
}
