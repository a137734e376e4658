using Hangfire;
using NodaTime;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Jobs;

/// <summary>The one Hangfire job: runs a drain.</summary>
public sealed class DrainJob
{
    private readonly DrainRunner _runner;
    private readonly HangfireAlarm _alarm;
    private readonly IClock _clock;
    private readonly ILogger<DrainJob> _log;

    /// <summary>Creates the job.</summary>
    public DrainJob(DrainRunner runner, HangfireAlarm alarm, IClock clock, ILogger<DrainJob> log)
    {
        _runner = runner;
        _alarm = alarm;
        _clock = clock;
        _log = log;
    }

    /// <summary>Runs the drain; a failure is logged, and the sweep comes back to what is due.</summary>
    [AutomaticRetry(Attempts = 0, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
    public async Task RunAsync(DrainKind kind, string name, CancellationToken cancel)
    {
        var drain = new DrainKey(kind, name);
        _alarm.Begins(drain, _clock.GetCurrentInstant());
        try
        {
            await _runner.RunAsync(drain, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _log.DrainFailed(e, drain.ToString());
        }
    }
}
