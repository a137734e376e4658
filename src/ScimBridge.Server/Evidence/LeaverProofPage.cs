using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace ScimBridge.Server.Evidence;

/// <summary>A leaver's proof as a page to print, with the signature that it can be checked by.</summary>
internal static class LeaverProofPage
{
    private const string Style =
        """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ccc; }
        .verified { color: #0a6b2d; } .failed, .notVerified { color: #a40000; font-weight: 600; }
        code, .hash { font: 12px/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
        @media print { body { margin: 0; max-width: none; font-size: 11px; } tr { break-inside: avoid; } }
        """;

    /// <summary>The page.</summary>
    /// <param name="proof">The document.</param>
    /// <param name="signature">The JWS in its compact form whose payload is the document.</param>
    public static string Of(JsonObject proof, string signature)
    {
        var revocation = proof["revocation"]!;
        var page = new StringBuilder()
            .Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Proof that access ended</title><style>").Append(Style)
            .Append("</style></head><body><h1>Proof that access ended</h1>");
        Facts(page,
        [
            ("Person", $"{proof["subject"]!["workerId"]} of {proof["subject"]!["source"]}, user {proof["subject"]!["user"]}"),
            ("Access should end", revocation["effectiveAt"]), ("Decided", revocation["requestedAt"]), ("To be verified by", revocation["dueAt"]),
            ("Closed", revocation["closedAt"]), ("HR record", revocation["recordHash"]), ("Issued by", proof["issuer"]), ("Issued at", proof["issuedAt"]),
        ]);
        var conclusion = proof["conclusion"]!.ToString();
        page.Append("<p class=\"").Append(Encode(conclusion)).Append("\">").Append(conclusion switch
        {
            "verified" => "Everything was shown to have ended.",
            "verifiedExcept" => "Everything that can be seen was shown to have ended; for the rest, those named below answer.",
            _ => "Not everything has been shown to have ended.",
        }).Append("</p>");
        Table(page, "What had to end", proof["steps"]!.AsArray(), ["target", "access", "account", "state", "acknowledgedAt", "verifiedAt", "proof", "reason", "owner"]);
        if (proof["serviceAccounts"]!.AsArray() is { Count: > 0 } secrets)
            Table(page, "Credentials of service accounts that they know", secrets, ["account", "credential", "state", "dueAt", "closedAt", "acceptedBy"]);
        Table(page, "Exposure", proof["exposure"]!.AsArray(), ["target", "from", "until", "seconds"]);
        Table(page, "What was seen", proof["proofs"]!.AsArray(), ["number", "at", "target", "access", "method", "value", "verdict", "hash"]);
        return page.Append("<h2>Signature</h2><p>Save it to a file and check it with <code>scimbridge verify</code> and the keys of ")
            .Append(Encode(proof["issuer"]!.ToString().TrimEnd('/'))).Append("/.well-known/jwks.json.</p><p><code>").Append(Encode(signature))
            .Append("</code></p></body></html>").ToString();
    }

    private static void Facts(StringBuilder page, IEnumerable<(string Name, JsonNode? Value)> facts)
    {
        page.Append("<table>");
        foreach (var (name, value) in facts)
            page.Append("<tr><th>").Append(Encode(name)).Append("</th><td>").Append(Encode(value?.ToString() ?? "")).Append("</td></tr>");
        page.Append("</table>");
    }

    private static void Table(StringBuilder page, string title, JsonArray rows, IReadOnlyList<string> columns)
    {
        page.Append("<h2>").Append(Encode(title)).Append("</h2><table><tr>");
        foreach (var column in columns)
            page.Append("<th>").Append(Encode(column)).Append("</th>");
        page.Append("</tr>");
        foreach (var row in rows)
        {
            page.Append("<tr>");
            foreach (var column in columns)
            {
                var value = Encode(row![column]?.ToString() ?? "");
                page.Append("<td class=\"").Append(column is "hash" ? "hash" : column is "state" or "verdict" ? value : "").Append("\">").Append(value).Append("</td>");
            }

            page.Append("</tr>");
        }

        page.Append("</table>");
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
