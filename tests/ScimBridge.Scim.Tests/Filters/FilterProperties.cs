using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Quirks;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Filters;

public sealed class FilterProperties
{
    private static readonly Gen<ResourceType> Types = Gen.Elements(
        FilterVectors.Shared.Catalog.User, FilterVectors.Shared.Catalog.Group, FilterVectors.Shared.Catalog.FindResourceType("Gadget")!);

    private static readonly Arbitrary<(ResourceType Type, JsonObject Body, string Filter)> Cases = Arb.From(
        from type in Types
        from body in FilterGenerators.Body(type)
        from filter in FilterGenerators.FilterText(type)
        select (type, body, filter));

    [Property(MaxTest = 1000)]
    public Property Search_document_gives_the_answer_of_the_resource() => Prop.ForAll(Cases, c =>
    {
        var filter = FilterParser.Parse(c.Filter, c.Type, ClientProfile.Strict);
        return FilterEvaluator.Matches(filter, c.Body) == FilterEvaluator.Matches(filter, SearchDocument.From(c.Body, c.Type));
    });

    [Property(MaxTest = 500)]
    public Property Canonical_text_parses_to_the_same_filter() => Prop.ForAll(Cases, c =>
    {
        var filter = FilterParser.Parse(c.Filter, c.Type, ClientProfile.Strict);
        return filter == FilterParser.Parse(filter.ToString(), c.Type, ClientProfile.Strict, new FilterLimits { MaxDepth = 500 });
    });

    [Property(MaxTest = 500)]
    public Property Search_document_is_its_own_search_document() => Prop.ForAll(Cases, c =>
    {
        var document = SearchDocument.From(c.Body, c.Type);
        return JsonNode.DeepEquals(document, SearchDocument.From(document, c.Type));
    });

    [Property(MaxTest = 500)]
    public Property Index_entries_answer_every_equality_on_an_indexed_attribute() => Prop.ForAll(Cases, c =>
    {
        var entries = IndexEntries.Of(c.Body, c.Type);
        return FilterParser.Parse(c.Filter, c.Type, ClientProfile.Strict) is not Comparison { Operator: ComparisonOperator.Equal } comparison
            || !c.Type.Indexed.Contains(comparison.Path)
            || entries.Any(e => e.Path.Equals(comparison.Path) && e.Value == comparison.Value.IndexText) == FilterEvaluator.Matches(comparison, c.Body);
    });

    [Property(MaxTest = 1000)]
    public Property Any_text_is_a_filter_or_a_fault()
    {
        var tokens = Gen.Elements(
            "userName", "emails", "emails.type", "eq", "pr", "and", "or", "not", "(", ")", "[", "]", "\"", "\"a\"", "true", "null", "1", ".", ":", " ", "\\", "urn:", "co");
        return Prop.ForAll(Arb.From(Gen.ListOf(tokens).Select(t => string.Join(' ', t))), text => IsFilterOrFault(text) && IsFilterOrFault(text.Replace(" ", "", StringComparison.Ordinal)));
    }

    private static bool IsFilterOrFault(string text)
    {
        foreach (var profile in ClientProfile.All)
        {
            try
            {
                FilterParser.Parse(text, SchemaCatalog.Default.User, profile);
            }
            catch (ScimException fault) when (fault.Error.ScimType == "invalidFilter")
            {
                continue;
            }
        }

        return true;
    }
}
