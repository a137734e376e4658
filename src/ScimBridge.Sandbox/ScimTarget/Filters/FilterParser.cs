using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimBridge.Sandbox.ScimTarget.Filters;

/// <summary>
/// Reads <c>attribute eq value [and attribute eq value ...]</c>, which is all this target supports. Anything else is
/// refused with invalidFilter, never answered with everybody.
/// </summary>
internal ref struct FilterParser
{
    private static readonly SearchValues<char> EndOfWord = SearchValues.Create(" ");

    private ReadOnlySpan<char> rest;

    private FilterParser(string text) => rest = text;

    public static List<FilterTerm> Parse(string text)
    {
        var parser = new FilterParser(text);
        var terms = new List<FilterTerm> { parser.Term() };
        while (parser.SkipSpaces())
        {
            if (!parser.Word().Equals("and", StringComparison.OrdinalIgnoreCase))
                throw ScimException.InvalidFilter("Comparisons may be joined by 'and' only.");
            terms.Add(parser.Term());
        }

        return terms;
    }

    private FilterTerm Term()
    {
        var attribute = Word();
        var comparison = Word();
        if (!comparison.Equals("eq", StringComparison.OrdinalIgnoreCase))
            throw ScimException.InvalidFilter($"'{comparison}' is not an operator that this target supports: only eq is.");
        return new(attribute, Value());
    }

    private string Word()
    {
        if (!SkipSpaces())
            throw ScimException.InvalidFilter("The filter ends too early.");
        var end = rest.IndexOfAny(EndOfWord);
        var word = end < 0 ? rest : rest[..end];
        rest = rest[word.Length..];
        return word.ToString();
    }

    private JsonNode? Value()
    {
        if (!SkipSpaces())
            throw ScimException.InvalidFilter("The value to compare with is missing.");
        var json = rest[0] == '"' ? QuotedString() : Word();
        try
        {
            var value = JsonNode.Parse(json);
            ScimJson.Text(value);
            return value is null or JsonValue ? value : throw ScimException.InvalidFilter("A value is a string, a number, true, false or null.");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw ScimException.InvalidFilter($"{json} is not a JSON value.");
        }
    }

    private string QuotedString()
    {
        for (var i = 1; i < rest.Length; i++)
        {
            if (rest[i] == '\\')
            {
                i++;
            }
            else if (rest[i] == '"')
            {
                var quoted = rest[..(i + 1)].ToString();
                rest = rest[quoted.Length..];
                if (!rest.IsEmpty && rest[0] != ' ')
                    throw ScimException.InvalidFilter("Something follows the closing quote.");
                return quoted;
            }
        }

        throw ScimException.InvalidFilter("A string is not closed.");
    }

    /// <summary>False if nothing is left.</summary>
    private bool SkipSpaces()
    {
        rest = rest.TrimStart(' ');
        return !rest.IsEmpty;
    }
}
