using System.Text;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Storage.Tests.Stores;

public sealed class IndexedValueTests
{
    [Fact]
    public void Short_value_stands_whole() => Assert.Equal(new string('é', 256), IndexedValue.Of(new string('é', 256)));

    [Fact]
    public void Long_value_keeps_its_beginning()
    {
        var indexed = IndexedValue.Of(new string('a', 255) + "bc");
        Assert.StartsWith(new string('a', 255) + "b#", indexed, StringComparison.Ordinal);
        Assert.Equal(256 + 1 + 64, indexed.Length);
    }

    [Fact]
    public void Long_values_that_differ_at_their_end_differ() =>
        Assert.NotEqual(IndexedValue.Of(new string('a', 300) + "b"), IndexedValue.Of(new string('a', 300) + "c"));

    [Fact]
    public void Pair_of_surrogates_is_not_cut_in_two()
    {
        var indexed = IndexedValue.Of(new string('a', 255) + "😀😀");
        Assert.StartsWith(new string('a', 255) + "#", indexed, StringComparison.Ordinal);
        Assert.Equal(indexed, Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(indexed)));
    }
}
