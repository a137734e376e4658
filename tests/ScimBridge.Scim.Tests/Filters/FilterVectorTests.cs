using ScimBridge.Scim.Errors;
using ScimBridge.Scim.Filters;

namespace ScimBridge.Scim.Tests.Filters;

public sealed class FilterVectorTests
{
    public static TheoryData<int, string> Vectors { get; } = Numbered();

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Filter_gives_the_expected_resources_or_fault(int number, string filter)
    {
        var vector = FilterVectors.Shared.Filters[number];
        if (vector.Match is null)
        {
            var fault = Assert.Throws<ScimException>(() => FilterParser.Parse(vector.Filter, vector.Type, vector.Profile));
            Assert.Equal(vector.ScimType, fault.Error.ScimType);
            Assert.True(fault.Error.Detail.Length < 400, filter);
            return;
        }

        var parsed = FilterParser.Parse(vector.Filter, vector.Type, vector.Profile);
        var matching = FilterVectors.Shared.Resources
            .Where(r => r.Type == vector.Type && FilterEvaluator.Matches(parsed, r.Resource))
            .Select(r => r.Key);
        Assert.Equal(vector.Match, matching);
    }

    [Fact]
    public void Canonical_text_of_a_filter_parses_to_the_same_filter()
    {
        foreach (var vector in FilterVectors.Shared.Filters.Where(v => v.Match is not null))
        {
            var parsed = FilterParser.Parse(vector.Filter, vector.Type, vector.Profile);
            Assert.Equal(parsed, FilterParser.Parse(parsed.ToString(), vector.Type, vector.Profile, new FilterLimits { MaxDepth = 200 }));
        }
    }

    private static TheoryData<int, string> Numbered()
    {
        var data = new TheoryData<int, string>();
        for (var i = 0; i < FilterVectors.Shared.Filters.Count; i++)
        {
            var filter = FilterVectors.Shared.Filters[i].Filter;
            data.Add(i, filter.Length > 120 ? filter[..120] : filter);
        }

        return data;
    }
}
