using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using ScimBridge.Provisioning.Journal;

namespace ScimBridge.Server.Evidence;

/// <summary>
/// An evidence pack as a page to print: figures, controls with how much there is for each, leavers and exceptions. The journal and the list of access
/// stand in the pack, and are summed up. It is written as the pack is read.
/// </summary>
internal static class PackReport
{
    private const string Style =
        """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ccc; }
        .notVerified { color: #a40000; font-weight: 600; } code { font: 12px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } tr { break-inside: avoid; } }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="pack">The file of the pack.</param>
    /// <param name="figures">Its figures.</param>
    /// <param name="checksum">SHA-256 of the file.</param>
    /// <param name="write">Takes the page, piece by piece.</param>
    /// <param name="cancel">Gives up.</param>
    public static async Task WriteAsync(Stream pack, JsonObject figures, string checksum, Func<string, Task> write, CancellationToken cancel)
    {
        using var reader = new StreamReader(pack, Encoding.UTF8);
        var first = (await reader.ReadLineAsync(cancel))!;
        var header = JsonNode.Parse(first[PackSection.Opening.Length..^1])!;
        await write(Top(header, figures, checksum));
        string? section = null;
        while (await reader.ReadLineAsync(cancel) is { } line && !line.StartsWith(PackSection.Figures, StringComparison.Ordinal))
        {
            if (section is null)
            {
                section = line[1..line.LastIndexOf('"')];
                await write(Begin(section));
            }
            else if (line == "],")
            {
                await write(Head(section).Count > 0 ? "</table>" : "");
                section = null;
            }
            else if (Head(section).Count > 0)
            {
                await write(Row(section, JsonNode.Parse(line.EndsWith("},", StringComparison.Ordinal) ? line[..^1] : line)!, figures));
            }
        }

        await write($"<h2>How to check it</h2><p>Save the pack and the keys of {Encode(header["issuer"])}/.well-known/jwks.json, and run "
            + "<code>scimbridge verify PACK --keys KEYS</code>. It needs nothing else.</p></body></html>");
    }

    private static string Top(JsonNode header, JsonObject figures, string checksum)
    {
        var page = new StringBuilder()
            .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Evidence of identity lifecycle</title><style>").Append(Style)
            .Append("</style></head><body><h1>Evidence of identity lifecycle</h1><table>");
        foreach (var (name, value) in new (string, JsonNode?)[]
        {
            ("From", header["from"]), ("Until", header["until"]), ("Issued by", header["issuer"]), ("Issued at", header["issuedAt"]), ("Pack", header["id"]),
            ("SHA-256", checksum), ("Signed with", header["keyId"]), ("About", header["users"] is JsonArray users ? $"{users.Count} users" : "everybody"),
        })
            page.Append("<tr><th>").Append(name).Append("</th><td>").Append(Encode(value)).Append("</td></tr>");
        page.Append("</table><h2>Figures</h2><table>");
        foreach (var (name, value) in figures)
        {
            if (value is JsonObject parts)
            {
                foreach (var (part, count) in parts)
                    page.Append("<tr><td>").Append(Encode(name)).Append("</td><td>").Append(Encode(part)).Append("</td><td>").Append(Encode(count)).Append("</td></tr>");
            }
            else
            {
                page.Append("<tr><td>").Append(Encode(name)).Append("</td><td></td><td>").Append(Encode(value)).Append("</td></tr>");
            }
        }

        return page.Append("</table>").ToString();
    }

    private static string Begin(string section)
    {
        var title = section switch
        {
            PackSection.Controls => "Controls",
            PackSection.Leavers => "Leavers",
            PackSection.Exceptions => "Exceptions",
            _ => null,
        };
        return title is null ? "" : $"<h2>{title}</h2><table><tr>{string.Concat(Head(section).Select(h => $"<th>{h}</th>"))}</tr>";
    }

    private static IReadOnlyList<string> Head(string section) => section switch
    {
        PackSection.Controls => ["framework", "control", "title", "what there is", "entries"],
        PackSection.Leavers => ["user", "worker", "should end", "closed", "conclusion", "who answers"],
        PackSection.Exceptions => ["kind", "what"],
        _ => [],
    };

    private static string Row(string section, JsonNode element, JsonObject figures) => section switch
    {
        PackSection.Controls => Row(
            "", Encode(element["framework"]), Encode(element["control"]), Encode(element["title"]),
            Encode(element["shows"]) + (element["note"] is { } note ? "<br><em>" + Encode(note) + "</em>" : ""), Entries(element, figures)),
        PackSection.Leavers => Row(
            (string)element["conclusion"]!, Encode(element["subject"]!["user"]), Encode(element["subject"]!["workerId"]), Encode(element["revocation"]!["effectiveAt"]),
            Encode(element["revocation"]!["closedAt"]), Encode(element["conclusion"]),
            Encode(string.Join(", ", element["steps"]!.AsArray().Select(s => (string?)s!["owner"]).OfType<string>().Distinct(StringComparer.Ordinal)))),
        _ => Row(
            "", Encode(element["kind"]),
            Encode(string.Join("; ", element.AsObject().Where(p => p.Key != "kind" && p.Value is not null).Select(p => $"{p.Key}: {p.Value}")))),
    };

    private static string Row(string style, params string[] cells) => $"<tr class=\"{Encode(style)}\">{string.Concat(cells.Select(c => $"<td>{c}</td>"))}</tr>";

    private static string Entries(JsonNode control, JsonObject figures)
    {
        var kinds = control["kinds"]!.AsArray().Select(k => (string)k!).ToList();
        var count = figures["entriesByKind"]!.AsObject().Where(e => kinds.Exists(k => e.Key.StartsWith(k, StringComparison.Ordinal))).Sum(e => (long)e.Value!);
        return count.ToString(CultureInfo.InvariantCulture);
    }

    private static string Encode(JsonNode? value) => HtmlEncoder.Default.Encode(value?.ToString() ?? "");
}
