using System.Text;
using FsCheck.Xunit;
using ScimBridge.Scim.Filters;
using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Tests.Filters;

public sealed class CanonicalTests
{
    [Fact]
    public void Folding_twice_is_folding_once_for_every_character() =>
        Assert.DoesNotContain(Characters(), c => Canonical.Fold(c) is var folded && folded != Canonical.Fold(folded));

    [Fact]
    public void Upper_and_lower_case_of_every_letter_fold_alike() => Assert.Empty(
        from character in Characters()
        let lower = character.ToLowerInvariant()

        // What has no simple mapping back, such as the dotted capital I, is not a pair.
        where lower != character && lower.ToUpperInvariant() == character && Canonical.Fold(character) != Canonical.Fold(lower)
        select character);

    [Theory]
    [InlineData("Ａｎｎ＠ｘ", "ann@x")]
    [InlineData("ｶﾞ", "ガ")]
    [InlineData("ﾊﾟ", "パ")]
    [InlineData("￦￥", "₩¥")]
    [InlineData("ﾡￂￊￒￚ", "ㄱㅏㅕㅛㅡ")]
    [InlineData("ﾠ￨￮｟", "ㅤ│○⦅")]
    [InlineData("　", " ")]
    [InlineData("E\u0301", "é")]
    [InlineData("Å", "å")]
    [InlineData("ΣΑΣ", "σασ")]
    [InlineData("ſ", "s")]
    [InlineData("ß", "ß")]
    [InlineData("ﬁ", "ﬁ")]
    [InlineData("I", "i")]
    [InlineData("ı", "ı")]
    [InlineData("𐐀", "𐐨")]
    public void Text_folds_as_defined(string text, string folded) => Assert.Equal(folded, Canonical.Fold(text));

    [Fact]
    public void Width_map_agrees_with_the_compatibility_decomposition_of_one_step()
    {
        // The macron has a compatibility mapping beyond its width, which must not be applied.
        const string BeyondWidth = "￣";
        for (var c = '\uFF01'; c <= '\uFFEE'; c++)
        {
            var mapped = WidthMap.Apply(c.ToString());
            Assert.True(
                mapped.Normalize(NormalizationForm.FormKC) == c.ToString().Normalize(NormalizationForm.FormKC) || BeyondWidth.Contains(c),
                $"U+{(int)c:X4}");
        }
    }

    [Property(MaxTest = 1000)]
    public bool Order_is_that_of_the_utf8_bytes(string? a, string? b)
    {
        var left = Valid(a);
        var right = Valid(b);
        return Math.Sign(Canonical.Compare(left, right)) == Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
    }

    [Theory]
    [InlineData("\uFFFD", "😀")]
    [InlineData("\uE000", "𐀀")]
    [InlineData("a", "aa")]
    [InlineData("", "a")]
    [InlineData("Z", "a")]
    [InlineData("\uD7FF", "\uE000")]
    public void First_comes_before_second(string first, string second)
    {
        Assert.True(Canonical.Compare(first, second) < 0);
        Assert.True(Canonical.Compare(second, first) > 0);
        Assert.Equal(0, Canonical.Compare(first, first));
    }

    [Theory]
    [InlineData("2026-01-05T10:00:00Z", "2026-01-05T10:00:00.0000000Z")]
    [InlineData("2026-01-05T10:00:00", "2026-01-05T10:00:00.0000000Z")]
    [InlineData("2026-01-05T10:00:00.5+01:00", "2026-01-05T09:00:00.5000000Z")]
    [InlineData("2026-01-05T23:30:00-01:00", "2026-01-06T00:30:00.0000000Z")]
    [InlineData("2026-01-05T24:00:00Z", "2026-01-06T00:00:00.0000000Z")]
    [InlineData("2026-01-05T10:00:00.123456789Z", "2026-01-05T10:00:00.1234567Z")]
    [InlineData("2024-02-29T00:00:00+14:00", "2024-02-28T10:00:00.0000000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000Z")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void Date_time_has_one_form_in_utc(string text, string canonical) =>
        Assert.Equal(new CanonicalText(canonical), Canonical.OfText(text, new AttributeDefinition { Name = "at", Type = AttributeType.DateTime }));

    [Theory]
    [InlineData("")]
    [InlineData("2026-01-05")]
    [InlineData("2026-01-05T10:00Z")]
    [InlineData("2026-01-05t10:00:00z")]
    [InlineData("2026-01-05 10:00:00Z")]
    [InlineData("2026-02-29T10:00:00Z")]
    [InlineData("2026-00-05T10:00:00Z")]
    [InlineData("2026-01-32T10:00:00Z")]
    [InlineData("2026-01-05T25:00:00Z")]
    [InlineData("2026-01-05T24:00:01Z")]
    [InlineData("2026-01-05T10:60:00Z")]
    [InlineData("2026-01-05T10:00:60Z")]
    [InlineData("2026-01-05T10:00:00.Z")]
    [InlineData("2026-01-05T10:00:00+1:00")]
    [InlineData("2026-01-05T10:00:00+14:01")]
    [InlineData("2026-01-05T10:00:00+01:60")]
    [InlineData("2026-01-05T10:00:00Zx")]
    [InlineData("0000-01-05T10:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T24:00:00Z")]
    [InlineData("٢٠٢٦-01-05T10:00:00Z")]
    public void Text_that_is_no_date_time_has_no_form(string text) => Assert.Null(XsdDateTime.Parse(text));

    /// <summary>Every character of the two planes that have letters with case, but U+FFFE, which is none.</summary>
    private static IEnumerable<string> Characters() =>
        Enumerable.Range(0, 0x20000).Where(c => Rune.IsValid(c) && c != 0xFFFE).Select(c => new Rune(c).ToString());

    private static string Valid(string? text) =>
        string.Concat((text ?? "").EnumerateRunes().Where(r => r != Rune.ReplacementChar));
}
