using ScimBridge.Scim.Schemas;

namespace ScimBridge.Scim.Filters;

/// <summary>What somebody who wrote a filter that cannot be used may have meant. For people who write filters into files, not for clients.</summary>
public static class FilterHint
{
    // As far as a slip of the finger goes; beyond, a name is another one.
    private const int MostSlips = 2;

    private const string Example = "An expression is written like: department eq \"Sales\" and not (userType eq \"contractor\").";

    private static readonly Dictionary<string, string> Foreign = new(StringComparer.OrdinalIgnoreCase)
    {
        ["="] = "eq", ["=="] = "eq", ["==="] = "eq", ["!="] = "ne", ["<>"] = "ne", [">"] = "gt", [">="] = "ge", ["<"] = "lt", ["<="] = "le",
        ["&&"] = "and", ["||"] = "or", ["!"] = "not (...)", ["in"] = "eq, with or between", ["like"] = "co, sw or ew", ["contains"] = "co",
        ["startswith"] = "sw", ["endswith"] = "ew", ["equals"] = "eq", ["is"] = "eq",
    };

    /// <summary>A sentence.</summary>
    /// <param name="text">The filter.</param>
    /// <param name="position">Where its fault lies, from 0.</param>
    /// <param name="type">The resource type that it is about.</param>
    public static string Of(string text, int position, ResourceType type)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(type);
        var word = WordAt(text, position);
        if (word.StartsWith('\''))
            return "Strings stand in double quotes.";
        if (Foreign.TryGetValue(word, out var ours))
            return $"Write {ours} instead of {word}.";
        return word.Length > 2 && Nearest(word, type) is { } name ? $"Did you mean {name}?" : Example;
    }

    private static string WordAt(string text, int position)
    {
        var start = Math.Clamp(position, 0, text.Length);
        var end = start;
        while (end < text.Length && text[end] is not (' ' or '\t' or '(' or ')' or '[' or ']' or '"'))
            end++;
        return text[start..end];
    }

    private static string? Nearest(string word, ResourceType type)
    {
        // Who wrote a URN meant the attribute behind it.
        var name = word[(word.LastIndexOf(':') + 1)..];
        return type.Schema.Attributes.Concat(type.Extensions.SelectMany(e => e.Schema.Attributes))
            .SelectMany(a => a.SubAttributes.Select(s => $"{a.Name}.{s.Name}").Prepend(a.Name))
            .Select(known => (Name: known, Slips: Slips(name.ToLowerInvariant(), known.ToLowerInvariant())))
            .Where(known => known.Slips <= MostSlips || (name.Length > 3 && known.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            // Who wrote a name that there is meant it: something else is wrong.
            .OrderBy(known => known.Slips).ThenBy(known => known.Name, StringComparer.Ordinal)
            .Select(known => known.Slips == 0 ? null : known.Name).FirstOrDefault();
    }

    // Letters to add, take away, replace or swap with their neighbour (Damerau, Levenshtein).
    private static int Slips(string from, string to)
    {
        var cost = new int[from.Length + 1, to.Length + 1];
        for (var i = 0; i <= from.Length; i++)
            cost[i, 0] = i;
        for (var j = 0; j <= to.Length; j++)
            cost[0, j] = j;
        for (var i = 1; i <= from.Length; i++)
        {
            for (var j = 1; j <= to.Length; j++)
            {
                var replaced = cost[i - 1, j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(replaced, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }
        }

        return cost[from.Length, to.Length];
    }
}
