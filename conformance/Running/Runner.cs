using System.Collections.Concurrent;
using System.Diagnostics;

namespace ScimBridge.Conformance.Running;

/// <summary>Runs the cases part by part, several of a part at the same time.</summary>
internal sealed class Runner(Run run, Progress progress)
{
    public async Task<IReadOnlyList<CaseResult>> RunAsync(IReadOnlyList<Case> cases, CancellationToken stop)
    {
        var results = new ConcurrentBag<CaseResult>();
        foreach (var part in cases.GroupBy(c => c.Part, StringComparer.Ordinal))
        {
            progress.Begin(part.Key, part.Count());
            var options = new ParallelOptions { MaxDegreeOfParallelism = run.Settings.Parallel, CancellationToken = stop };
            try
            {
                await Parallel.ForEachAsync(part, options, async (one, cancel) =>
                {
                    var result = await RunOneAsync(one, cancel);
                    results.Add(result);
                    progress.Report(result);
                });
            }
            catch (OperationCanceledException)
            {
                // Interrupted: what has run is still reported and everything made is still deleted.
                progress.End();
                break;
            }
            progress.End();
        }
        var order = cases.Select((c, i) => (c.Id, i)).ToDictionary(p => p.Id, p => p.i, StringComparer.Ordinal);
        return [.. results.OrderBy(r => order[r.Case.Id])];
    }

    private async Task<CaseResult> RunOneAsync(Case one, CancellationToken stop)
    {
        var clock = Stopwatch.StartNew();
        var trial = new Trial(run, stop);
        var (outcome, message) = await OutcomeOf(one, trial, stop);
        await run.Ledger.DeleteAsync(trial.Created, stop);
        return new CaseResult(one, outcome, message, outcome == Outcome.Failed ? trial.Exchanges : [], clock.Elapsed);
    }

    private async Task<(Outcome Outcome, string Message)> OutcomeOf(Case one, Trial trial, CancellationToken stop)
    {
        try
        {
            trial.Needs(one.Facts.Needs);
            trial.NeedsUser(one.Facts.Uses.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            await one.Run(trial);
            return (Outcome.Passed, "");
        }
        catch (OutcomeException ended)
        {
            return (ended.Outcome, ended.Message);
        }
        catch (Exception broken) when (!stop.IsCancellationRequested)
        {
            // An answer so odd that the case stumbled over it: the server's fault until somebody shows otherwise.
            return (Outcome.Failed, $"an answer that the case could not make sense of ({broken.GetType().Name}: {broken.Message})");
        }
    }
}
