using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance.Cases;

/// <summary>Part L: /Me and errors (RFC 7644 §3.11, §3.12).</summary>
internal static class Errors
{
    private static readonly string[] ScimTypes =
    [
        "invalidFilter", "tooMany", "uniqueness", "mutability", "invalidSyntax", "invalidPath", "noTarget", "invalidValue", "invalidVers", "sensitive",
        "invalidCursor", "expiredCursor", "invalidCount",
    ];

    private static readonly string[] Members = ["schemas", "status", "detail", "scimType"];

    [Clause("7644-3.11-01")]
    public static async Task Me(Trial t)
    {
        var answer = (await t.Get("/Me")).OrLacks("/Me");
        switch (answer.Is(200, 307, 308, 404).Status)
        {
            case 200:
                Check.That(
                    answer.Body.Text("meta.location")?.EndsWith("/Me", StringComparison.Ordinal) != true,
                    "meta.location of /Me must be the permanent one");
                Check.That(answer.Body.Text("id") is { Length: > 0 }, "/Me must be a resource with an id");
                break;
            case 404:
                answer.IsError(404);
                break;
            default:
                Check.That(answer.Header("Location") is { Length: > 0 }, "a redirect of /Me must have a Location");
                break;
        }
    }

    [Clause("7644-3.12-01")]
    public static async Task Every_error_has_the_schema(Trial t)
    {
        // Whether each has the right status is for 7644-3.12-03: a server that takes text/plain makes no error here.
        foreach (var answer in (await Provoke(t)).Select(p => p.Answer).Where(a => !a.Succeeded))
        {
            var status = answer.Status;
            answer.IsError(status);
            Check.That(
                answer.ContentType?.StartsWith(Call.Scim, StringComparison.OrdinalIgnoreCase) == true,
                $"Content-Type of a {status} is {answer.ContentType ?? "missing"}");
            if (t.OwnChoices)
            {
                Check.That(
                    answer.Body.All(m => Members.Contains(m.Key, StringComparer.Ordinal)),
                    "an Error must have no members of its own");
                Check.That(answer.Body.Text("detail") is { Length: > 0 }, "an Error must have a detail");
            }
        }
    }

    [Clause("7644-3.12-02")]
    public static async Task ScimType_is_a_known_word(Trial t)
    {
        var user = await t.NewUser();
        var answers = new List<Answer> { await t.Post(t.Users, "{"), await t.Post(
            t.Users,
            t.UserBody(userName: user.Name)), await t.Find(t.Users, "userName like \"x\""), await t.Get(t.Users + "/" + Trial.NoId) };
        if (t.Server.Lacks(Feature.Patch) is null)
        {
            answers.Add(await t.Patch(user.Path, """{"op":"remove"}"""));
            answers.Add(await t.Patch(user.Path, """{"op":"replace","path":"id","value":"x"}"""));
            answers.Add(await t.Patch(user.Path, """{"op":"replace","path":"a[","value":"x"}"""));
        }
        foreach (var answer in answers)
        {
            if (answer.ScimType is not { } type)
                continue;
            Check.That(ScimTypes.Contains(type, StringComparer.Ordinal), $"the scimType {type} is not one of the RFCs'");
            Check.Same(type switch { "uniqueness" => 409, "sensitive" => 403, _ => 400 }, answer.Status, $"status with scimType {type}");
        }
    }

    [Clause("7644-3.12-03")]
    public static async Task Statuses_mean_what_they_say(Trial t)
    {
        foreach (var (answer, status) in await Provoke(t))
            answer.Is(status);
        var limited = (await t.List(t.Users, ("count", "1"))).Is(200, 429);
        if (limited.Status == 429)
            Check.That(int.TryParse(
                limited.Header("Retry-After"),
                System.Globalization.NumberStyles.None,
                System.Globalization.CultureInfo.InvariantCulture,
                out _), "429 must carry Retry-After in whole seconds");
    }

    [Clause("7644-3.12-04")]
    public static async Task Errors_show_no_internals(Trial t)
    {
        var answers = (await Provoke(t)).Select(p => p.Answer).ToList();
        answers.Add(await t.Post(t.Users, "{\"schemas\":[17,{}],\"userName\":[[[]]]}"));
        answers.Add(await t.Find(t.Users, "userName eq \"\\ud800\""));
        answers.Add(await t.Get(t.Users + "?count=99999999999999999999"));
        answers.Add(await t.Get(t.Users + "/%00"));
        foreach (var answer in answers)
        {
            if (answer.Status is 500 or 0)
                throw answer.Failed("a refusal, not a breakdown");
            foreach (var trace in new[]
            {
                "   at ", "Exception", "Traceback", "stack trace", "SELECT ", "SQLITE", "Npgsql", ".java:", ".py\"",
            })
            {
                if (answer.Text.Contains(trace, StringComparison.Ordinal) && !answer.Succeeded)
                    throw answer.Failed($"no internals in an error, such as \"{trace.Trim()}\"");
            }
        }
    }

    /// <summary>One error of each kind that can be had without harm.</summary>
    private static async Task<IReadOnlyList<(Answer Answer, int Status)>> Provoke(Trial t)
    {
        var user = await t.NewUser();
        var errors = new List<(Answer, int)>
        {
            (await t.Post(t.Users, "{"), 400),
            (await t.Get(t.Users + "/" + Trial.NoId), 404),
            (await t.Get("/NoSuchEndpoint"), 404),
            (await t.Post(t.Users, t.UserBody(userName: user.Name)), 409),
            (await t.Send(new Call("POST", t.Users) { ContentType = "text/plain" }.WithBody("hello")), 415),
        };
        if (t.Settings.Token is not null)
            errors.Add((await t.Send(new Call("GET", t.Users) { Credential = Credential.Forged }), 401));
        if (t.OwnChoices)
            errors.Add((await t.Send(new Call("PUT", t.Users).WithBody("{}")), 405));
        return errors;
    }
}
