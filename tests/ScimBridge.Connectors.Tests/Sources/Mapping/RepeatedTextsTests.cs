using System.Text;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Tests.Sources.Mapping;

public sealed class RepeatedTextsTests
{
    private static readonly string?[] Values = [.. Enumerable.Range(0, 2_000).Select(i => $"Department {i % 700}"), "", "a", "é", new string('x', 200)];

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(2_004)]
    public void Text_is_what_its_bytes_say_however_often_values_repeat(int distinct)
    {
        var random = new Random(distinct);
        var texts = new RepeatedTexts(bytes => bytes.IsEmpty ? null : Encoding.UTF8.GetString(bytes));
        for (var i = 0; i < 20_000; i++)
        {
            var value = Values[^(1 + random.Next(distinct))]!;
            Assert.Equal(value.Length == 0 ? null : value, texts.Of(Encoding.UTF8.GetBytes(value)));
        }
    }

    [Fact]
    public void Values_that_repeat_are_made_once_and_others_each_time()
    {
        var made = 0;
        var texts = new RepeatedTexts(bytes =>
        {
            made++;
            return Encoding.UTF8.GetString(bytes);
        });
        for (var i = 0; i < 10_000; i++)
            texts.Of(Encoding.UTF8.GetBytes("Sales"));
        Assert.Equal(1, made);

        var names = new RepeatedTexts(Encoding.UTF8.GetString);
        var first = names.Of("Sales"u8);
        Assert.Same(first, names.Of("Sales"u8));
        for (var i = 0; i < 10_000; i++)
            names.Of(Encoding.UTF8.GetBytes($"name {i}"));
        Assert.NotSame(names.Of("Sales"u8), names.Of("Sales"u8));
    }
}
