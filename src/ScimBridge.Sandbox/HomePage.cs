using System.Globalization;
using System.Net;
using System.Text;
using ScimBridge.Sandbox.ScimTarget;

namespace ScimBridge.Sandbox;

/// <summary>A page to watch: the targets, what they hold, the accounts changed last. Reads itself again every two seconds.</summary>
internal static class HomePage
{
    private const string Head =
        """
        <!doctype html>
        <html lang="en">
        <head>
          <meta charset="utf-8">
          <meta http-equiv="refresh" content="2">
          <title>ScimBridge sandbox</title>
          <style>
            body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
            table { border-collapse: collapse; margin-bottom: 2rem; }
            th, td { text-align: left; padding: .2rem 1rem .2rem 0; border-bottom: 1px solid #ddd; }
          </style>
        </head>
        <body>
        <h1>ScimBridge sandbox</h1>
        """;

    public static void Map(WebApplication app, Dictionary<string, ScimTargetState> targets) =>
        app.MapMethods("/", ["GET"], (RequestDelegate)(http =>
        {
            http.Response.ContentType = "text/html; charset=utf-8";
            return http.Response.WriteAsync(Render(targets.Values, $"{http.Request.Scheme}://{http.Request.Host}"));
        }));

    private static string Render(IEnumerable<ScimTargetState> targets, string origin)
    {
        var page = new StringBuilder(Head);
        foreach (var target in targets)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"""

                <h2>{target.Name}</h2>
                <p>{target.UserCount} users, {target.GroupCount} groups, {target.Calls.Total} calls.
                SCIM: <code>{Text(origin)}/targets/{target.Name}/scim/v2</code>.
                See <a href="/sandbox/targets/{target.Name}/state">state</a>,
                <a href="/sandbox/targets/{target.Name}/calls">calls</a>,
                <a href="/sandbox/targets/{target.Name}/faults">faults</a>.</p>
                <table>
                <tr><th>When</th><th>What</th><th>Account</th><th></th></tr>

                """);
            foreach (var change in target.LastChanges)
            {
                var active = change.Active switch { true => "active", false => "disabled", null => "group" };
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"<tr><td>{change.At:HH:mm:ss}</td><td>{change.What}</td><td>{Text(change.Name)}</td><td>{active}</td></tr>\n");
            }

            page.Append("</table>\n");
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
