using System.Globalization;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance;

/// <summary>What a run was asked to do.</summary>
public sealed record Settings
{
    /// <summary>The base URL without a slash at its end.</summary>
    public required string Url { get; init; }

    /// <summary>Bearer token; null sends none.</summary>
    public string? Token { get; init; }

    /// <summary>A token of another tenant, for the clauses on isolation.</summary>
    public string? OtherToken { get; init; }

    /// <summary>A token of another client of the same tenant, for the clauses on cursors; that of another tenant does too.</summary>
    public string? ClientToken { get; init; }

    /// <summary>A token that may read only, for the clauses on access policies.</summary>
    public string? ReadOnlyToken { get; init; }

    /// <summary>Headers sent with every request, for servers that want other credentials. Their values are masked in reports.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>The dialect that the server speaks with this token's client.</summary>
    public Profile Profile { get; init; } = Profile.Strict;

    /// <summary>Demand ScimBridge's choices where the RFCs leave several answers open.</summary>
    public bool OwnChoices { get; init; }

    /// <summary>Run only the cases whose id begins with one of these.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>Where the reports go; null writes none.</summary>
    public string? ReportFolder { get; init; }

    /// <summary>List the cases instead of running them.</summary>
    public bool List { get; init; }

    /// <summary>How many cases run at the same time.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>How long one answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The domain of the user names that fixtures make.</summary>
    public string UserDomain { get; init; } = "conformance.example";

    internal int Connections => Math.Max(32, Parallel * 4);

    /// <summary>The text that the command line answers `--help` with.</summary>
    public const string Usage =
        """
        Usage: dotnet run --project conformance -- --url URL --token T [options]

          --url URL              base URL of the SCIM server, such as https://host/scim/v2
          --token T              bearer token (or the environment variable SCIM_TOKEN)
          --header "Name: v"     a header for every request, for servers with other credentials; may be repeated
          --profile P            strict (default) | entra | okta | lenient: the dialect bound to that token
          --choices scimbridge   also demand ScimBridge's choices where the RFCs leave the answer open
          --only PREFIX[,PREFIX] only the cases whose id begins so
          --report DIR           write report.md, junit.xml and report.html there
          --list                 list the cases and the clauses that none can show, and end
          --parallel N           cases at the same time (default 4)
          --timeout SECONDS      longest wait for one answer (default 30)
          --user-domain D        domain of the user names made by fixtures (default conformance.example)
          --other-token T        token of another tenant, for the clauses on isolation
          --client-token T       token of another client of the same tenant, for the clauses on cursors
          --read-token T         token that may read only, for the clauses on access policies

        Exit code: 0 nothing failed, 1 something failed, 2 wrong usage, no connection, or interrupted.
        """;

    /// <summary>Reads the command line. Throws <see cref="FormatException"/> with a sentence for the user.</summary>
    public static Settings Parse(IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var settings = new Settings { Url = "", Token = Environment.GetEnvironmentVariable("SCIM_TOKEN") };
        for (var i = 0; i < arguments.Count; i++)
        {
            var name = arguments[i];
            settings = name switch
            {
                "--list" => settings with { List = true },
                "--url" => settings with { Url = BaseUrl(Value()) },
                "--token" => settings with { Token = Value() },
                "--other-token" => settings with { OtherToken = Value() },
                "--client-token" => settings with { ClientToken = Value() },
                "--read-token" => settings with { ReadOnlyToken = Value() },
                "--header" => settings with { Headers = [.. settings.Headers, Header(Value())] },
                "--profile" => settings with { Profile = OneProfile(Value()) },
                "--choices" => settings with { OwnChoices = Choices(Value()) },
                "--only" => settings with { Only = [.. settings.Only, .. Value().Split(
                    ',',
                    StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)] },
                "--report" => settings with { ReportFolder = Value() },
                "--parallel" => settings with { Parallel = Count(name, Value(), 64) },
                "--timeout" => settings with { Timeout = TimeSpan.FromSeconds(Count(name, Value(), 3600)) },
                "--user-domain" => settings with { UserDomain = Value() },
                _ => throw new FormatException($"Unknown option {name}."),
            };

            string Value() => ++i < arguments.Count ? arguments[i] : throw new FormatException($"{name} needs a value.");
        }

        if (settings.Url.Length == 0 && !settings.List)
            throw new FormatException("--url is missing.");
        return settings;
    }

    private static string BaseUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new FormatException($"--url {text} is not an http or https URL.");
        if (url.Query.Length > 0)
            throw new FormatException("--url must not carry a query string: clients append paths to it (RFC 7644 §1.3).");
        return text.TrimEnd('/');
    }

    private static Profile OneProfile(string text) => text switch
    {
        "strict" => Profile.Strict,
        "entra" => Profile.Entra,
        "okta" => Profile.Okta,
        "lenient" => Profile.Lenient,
        _ => throw new FormatException($"--profile {text}: strict, entra, okta or lenient."),
    };

    private static bool Choices(string text) => text switch
    {
        "scimbridge" => true,
        "rfc" => false,
        _ => throw new FormatException($"--choices {text}: scimbridge or rfc."),
    };

    private static KeyValuePair<string, string> Header(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            ? new(text[..colon].Trim(), text[(colon + 1)..].Trim())
            : throw new FormatException("--header wants \"Name: value\".");
    }

    private static int Count(string name, string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= 1 && count <= most
            ? count
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} wants a number from 1 to {most}."));
}
