using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using NodaTime;
using NodaTime.Text;
using ScimBridge.Provisioning.Sponsorship;
using ScimBridge.Scim.Errors;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Api;

/// <summary>
/// The page behind a link by which somebody answers whether they take over an account. Looking at it changes nothing, so that a mail scanner that
/// follows the link accepts nothing; a button does.
/// </summary>
internal static class AnswersApi
{
    private const string Style = "body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; } button { font: inherit; padding: .4rem 1.2rem; margin-right: 1rem; }";

    public static void Map(WebApplication app)
    {
        app.MapGet("/answers/{token}", ShowAsync).AllowAnonymous();
        app.MapPost("/answers/{token}", AnswerAsync).AllowAnonymous();
    }

    private static async Task ShowAsync(HttpContext http, string token, AnswerSeal seal, Database database, IClock clock, CancellationToken cancel)
    {
        var link = await OpenAsync(seal, token, cancel);
        var row = (await database.ReadAsync(s => ServiceAccountStore.LoadAsync(s, [link.AccountId], cancel), cancel)).SingleOrDefault();
        if (row is null || !link.IsOpen(row.Account, clock.GetCurrentInstant()))
        {
            await WriteAsync(http, StatusCodes.Status410Gone, "<p>Nobody waits for this answer any more.</p>");
            return;
        }

        var name = (string?)JsonNode.Parse(row.Resource.Body)!["displayName"] ?? row.Account.Id;
        var role = link.Role == AccountableRole.Sponsor ? "sponsor: you answer for why it exists" : "technical owner: you answer for how it works";
        await WriteAsync(
            http, StatusCodes.Status200OK,
            $"<p>You are asked to take over the service account <strong>{Encode(name)}</strong> as its {Encode(role)}.</p>"
            + $"<p>The answer is waited for until {Encode(InstantPattern.General.Format(link.Until))}.</p><form method=\"post\">"
            + "<button name=\"answer\" value=\"accept\">I take it over</button><button name=\"answer\" value=\"decline\">I do not</button></form>");
    }

    private static async Task AnswerAsync(HttpContext http, string token, AnswerSeal seal, AccountBook accounts, CancellationToken cancel)
    {
        var link = await OpenAsync(seal, token, cancel);
        if (!http.Request.HasFormContentType)
            throw ScimError.UnsupportedMediaType("The answer is a form.").AsException();
        var answer = (await http.Request.ReadFormAsync(cancel))["answer"].ToString();
        if (answer is not ("accept" or "decline"))
            throw HrisRequest.Invalid("answer is accept or decline.");
        var done = await accounts.AnswerAsync(
            link.AccountId, [link.PersonId],
            (account, people, policy, now) => !link.IsOpen(account, now) ? []
                : answer == "accept" ? Answers.Accept(account, link.Role, link.PersonId, people, policy, now)
                : Answers.Decline(account, link.Role, link.PersonId, people, policy, now),
            "person:" + link.PersonId, http.TraceIdentifier, cancel);
        if (done is not { IsDone: true })
            await WriteAsync(http, StatusCodes.Status410Gone, "<p>Nobody waits for this answer any more.</p>");
        else
            await WriteAsync(http, StatusCodes.Status200OK, answer == "accept" ? "<p>Thank you: it is yours now.</p>" : "<p>Thank you: somebody else is asked.</p>");
    }

    // 401, as for any other credential that is none of ours.
    private static async Task<AnswerLink> OpenAsync(AnswerSeal seal, string token, CancellationToken cancel) =>
        await seal.OpenAsync(token, cancel) ?? throw ScimError.Unauthorized("The link is none of this bridge.").AsException();

    private static async Task WriteAsync(HttpContext http, int status, string body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        // Nothing of it is executed or shown elsewhere, and the address is passed on to nobody.
        http.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.WriteAsync(
            new StringBuilder("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Service account</title><style>").Append(Style)
                .Append("</style></head><body><h1>Service account</h1>").Append(body).Append("</body></html>").ToString(),
            http.RequestAborted);
    }

    private static string Encode(string text) => HtmlEncoder.Default.Encode(text);
}
