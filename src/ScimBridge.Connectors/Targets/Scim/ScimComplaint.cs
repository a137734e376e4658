using System.Text.Json;
using System.Text.RegularExpressions;

namespace ScimBridge.Connectors.Targets.Scim;

/// <summary>
/// What a server says is wrong, fit to be kept: servers like to repeat the values that they refuse, and those are personal data. What
/// the request said, and what looks like a mail address, is taken out.
/// </summary>
internal static partial class ScimComplaint
{
    private const int MaxCharacters = 200;
    private const int ShortestPersonal = 3;
    private const string TakenOut = "[...]";

    /// <summary>The detail without what the request said, on one line and short.</summary>
    public static string Of(string detail, ReadOnlyMemory<byte> request)
    {
        var text = MailAddress().Replace(Space().Replace(detail, " ").Trim(), TakenOut);
        foreach (var word in Said(request).OrderByDescending(word => word.Length))
            text = text.Replace(word, TakenOut, StringComparison.OrdinalIgnoreCase);
        return text.Length <= MaxCharacters ? text : text[..MaxCharacters] + "...";
    }

    private static HashSet<string> Said(ReadOnlyMemory<byte> request)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        if (request.IsEmpty)
            return words;
        using var document = JsonDocument.Parse(request);
        Collect(document.RootElement, words);
        return words;
    }

    private static void Collect(JsonElement element, HashSet<string> words)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject().Where(property => property.Name is not ("schemas" or "op" or "path")))
                    Collect(property.Value, words);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Collect(item, words);
                break;
            case JsonValueKind.String:
                var text = element.GetString()!;
                foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Append(text))
                {
                    if (word.Length >= ShortestPersonal)
                        words.Add(word);
                }

                break;
        }
    }

    [GeneratedRegex(@"[^\s@'""<>]+@[^\s@'""<>]+", RegexOptions.NonBacktracking)]
    private static partial Regex MailAddress();

    [GeneratedRegex(@"[\s\p{Cc}]+", RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
