using System.Globalization;
using ScimBridge.Conformance.Discovery;
using ScimBridge.Conformance.Http;
using ScimBridge.Conformance.Reports;
using ScimBridge.Conformance.Running;

namespace ScimBridge.Conformance;

/// <summary>How one case ended, for a caller that runs the suite from its own code.</summary>
public sealed record CaseOutcome(string Id, string Title, Outcome Outcome, string Message, IReadOnlyList<string> Clauses);

/// <summary>How a run ended.</summary>
public sealed record SuiteResult(int ExitCode, IReadOnlyList<CaseOutcome> Cases, IReadOnlyList<string> Leftovers);

/// <summary>The whole of a run: discover, run the cases, clean up, report.</summary>
public static class Suite
{
    /// <summary>Runs the suite. Throws <see cref="HttpRequestException"/> when the server cannot be reached at all.</summary>
    public static async Task<SuiteResult> RunAsync(
        Settings settings, TextWriter output, bool live = false, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(output);
        var catalogue = Catalogue.Load();
        var cases = Chosen(settings, catalogue);
        var began = DateTimeOffset.UtcNow;
        using var client = new ScimClient(settings);
        var server = await Server.DiscoverAsync(client, stop);
        var run = new Run(settings, client, server, stop);
        IReadOnlyList<CaseResult> results = [];
        IReadOnlyList<string> leftovers = [];
        try
        {
            await run.LearnAsync();
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"{cases.Count} cases against {settings.Url}, profile {Word(settings.Profile)}{(settings.OwnChoices ? ", ScimBridge's choices" : "")}, names begin with {run.Fixtures.Prefix}"));
            if (server.NoUsers is { } reason)
                await output.WriteLineAsync(reason);
            results = await new Runner(run, new Progress(output, live)).RunAsync(cases, stop);
        }
        finally
        {
            // A token of its own: an interrupted run cleans up like any other.
            using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
            leftovers = await SweepAsync(run, limit.Token);
        }

        var report = new Report(
            settings,
            server,
            began,
            DateTimeOffset.UtcNow,
            results,
            Coverage.Of(catalogue, results),
            leftovers,
            stop.IsCancellationRequested);
        await Summary.WriteAsync(report, output);
        if (settings.ReportFolder is { } folder)
            await Summary.SaveAsync(report, folder, output);
        return new SuiteResult(
            report.Interrupted ? 2 : report.Count(Outcome.Failed) > 0 ? 1 : 0,
            [.. results.Select(r => new CaseOutcome(r.Case.Id, r.Case.Title, r.Outcome, r.Message, r.Case.Clauses))],
            leftovers);
    }

    /// <summary>The cases and the clauses that no case can show, as `--list` prints them.</summary>
    public static async Task ListAsync(Settings settings, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(output);
        var catalogue = Catalogue.Load();
        var cases = Chosen(settings, catalogue);
        foreach (var part in cases.GroupBy(c => c.Part, StringComparer.Ordinal))
        {
            await output.WriteLineAsync(part.Key);
            foreach (var one in part)
                await output.WriteLineAsync($"  {one.Id,-28} {one.Level,-12} {one.Title}");
        }
        await output.WriteLineAsync("Not observable from outside");
        foreach (var clause in catalogue.Clauses.Where(c => c.Unobservable is not null))
            await output.WriteLineAsync($"  {clause.Id,-28} {clause.Level,-12} {clause.Unobservable}");

        var shown = Case.All(catalogue).SelectMany(c => c.Clauses).ToHashSet(StringComparer.Ordinal);
        var missing = catalogue.Clauses.Where(c => c.Unobservable is null && !shown.Contains(c.Id)).Select(c => c.Id).ToList();
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{cases.Count} cases for {catalogue.Clauses.Count} clauses{(missing.Count > 0 ? "; without a case: " + string.Join(", ", missing) : "")}"));
    }

    private static IReadOnlyList<Case> Chosen(Settings settings, Catalogue catalogue) =>
        [.. Case.All(catalogue).Where(c =>
            c.Facts.Profiles.HasFlag(settings.Profile)
            && (!c.Facts.OnlyChoice || settings.OwnChoices)
            && (settings.Only.Count == 0 || settings.Only.Any(p => c.Id.StartsWith(p, StringComparison.OrdinalIgnoreCase))))];

    private static async Task<IReadOnlyList<string>> SweepAsync(Run run, CancellationToken stop)
    {
        try
        {
            return await run.Ledger.SweepAsync(run.Server, run.Fixtures.Prefix, stop);
        }
        catch (OperationCanceledException)
        {
            return run.Ledger.Open();
        }
    }

    internal static string Word(Profile profile) => profile switch
    {
        Profile.Entra => "entra",
        Profile.Okta => "okta",
        Profile.Lenient => "lenient",
        _ => "strict",
    };
}
