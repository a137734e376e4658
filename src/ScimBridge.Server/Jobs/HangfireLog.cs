using Hangfire.AspNetCore;
using Hangfire.Logging;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// Hangfire's log, which it keeps in a static field: where several hosts live in one process, it may be that of one that is gone, and then
/// there is nothing to say and nothing to fail for.
/// </summary>
internal sealed class HangfireLog(ILoggerFactory loggers) : ILogProvider
{
    private readonly AspNetCoreLogProvider _provider = new(loggers);

    public ILog GetLogger(string name)
    {
        try
        {
            return _provider.GetLogger(name);
        }
        catch (ObjectDisposedException)
        {
            return new Silence();
        }
    }

    private sealed class Silence : ILog
    {
        public bool Log(Hangfire.Logging.LogLevel logLevel, Func<string> messageFunc, Exception? exception = null) => false;
    }
}
