namespace ScimBridge.Server.Hosting;

/// <summary>Every sentence that the bridge logs. Fields are ids and counts; no personal data and no body is logged.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Reading batch {Batch} of source {Source}: {Name}")]
    public static partial void BatchBegun(this ILogger log, string batch, string source, string name);

    [LoggerMessage(2, LogLevel.Information, "Batch {Batch} of source {Source} is done: {Rows} rows, {Faults} faults, error: {Error}")]
    public static partial void BatchDone(this ILogger log, string batch, string source, long rows, long faults, string? error);

    [LoggerMessage(3, LogLevel.Warning, "Another node has taken over {Drain}")]
    public static partial void LeaseLost(this ILogger log, string drain);

    [LoggerMessage(4, LogLevel.Error, "{Drain} failed; what is due stays due")]
    public static partial void DrainFailed(this ILogger log, Exception exception, string drain);

    [LoggerMessage(5, LogLevel.Debug, "Decided {Workers} workers of source {Source}: {Resources} resources and {Memberships} memberships change")]
    public static partial void Decided(this ILogger log, int workers, string source, int resources, int memberships);

    [LoggerMessage(6, LogLevel.Warning, "Target {Target}: {Resource} is refused for good: {Reason}")]
    public static partial void Refused(this ILogger log, string target, string resource, string reason);

    [LoggerMessage(7, LogLevel.Warning, "Target {Target} asks everybody to wait until {Until}: {Reason}")]
    public static partial void TargetPaused(this ILogger log, string target, NodaTime.Instant until, string? reason);

    [LoggerMessage(8, LogLevel.Error, "Worker {Worker} of source {Source} cannot be decided")]
    public static partial void WorkerFailed(this ILogger log, Exception exception, string worker, string source);

    [LoggerMessage(9, LogLevel.Error, "{Method} {Path} failed; reference {Reference}")]
    public static partial void RequestFailed(this ILogger log, Exception exception, string method, string path, string reference);

    [LoggerMessage(10, LogLevel.Information, "Two writers met on the workers of source {Source}; deciding again")]
    public static partial void DecidingAgain(this ILogger log, string source);

    [LoggerMessage(11, LogLevel.Warning, "{Records} records of batch {Batch} of source {Source} are held until somebody decides about them")]
    public static partial void Held(this ILogger log, int records, string batch, string source);

    [LoggerMessage(12, LogLevel.Warning, "{Workers} workers are missing from the complete batch {Batch} of source {Source}; nothing changes for them")]
    public static partial void Missing(this ILogger log, int workers, string batch, string source);

    [LoggerMessage(13, LogLevel.Warning, "Source {Source} has not spoken since {Since}")]
    public static partial void Silent(this ILogger log, string source, NodaTime.Instant? since);

    [LoggerMessage(14, LogLevel.Warning, "The keys of the issuer {Issuer} cannot be fetched")]
    public static partial void KeysNotFetched(this ILogger log, Exception exception, string issuer);

    [LoggerMessage(15, LogLevel.Warning, "Source {Source} could not be pulled: {Reason}")]
    public static partial void PullFailed(this ILogger log, string source, string reason);

    [LoggerMessage(40, LogLevel.Warning, "Notification {Notification} is not taken by {Receiver}, and is told again: {Reason}")]
    public static partial void NotificationNotTaken(this ILogger log, string notification, string receiver, string reason);

    [LoggerMessage(41, LogLevel.Error, "Notification {Notification} was not taken by {Receiver} for days, and is given up: {Reason}")]
    public static partial void NotificationGivenUp(this ILogger log, string notification, string receiver, string reason);

    [LoggerMessage(50, LogLevel.Warning, "The rules of {Rules} that are wanted would hit {People} people, more than {Limit}; they are held until somebody decides")]
    public static partial void RulesHeld(this ILogger log, string rules, int people, int limit);

    [LoggerMessage(51, LogLevel.Information, "Two writers met on the groups of rules; looking again")]
    public static partial void RulesAgain(this ILogger log);

    [LoggerMessage(60, LogLevel.Information, "The mapping {Mapping} is another than before; all that it is about is due")]
    public static partial void MappingChanged(this ILogger log, string mapping);

    [LoggerMessage(61, LogLevel.Warning, "Worker {Worker} of source {Source} is in quarantine: {Mapping} fails: {Reason}")]
    public static partial void WorkerUnmapped(this ILogger log, string worker, string source, string mapping, string reason);

    [LoggerMessage(70, LogLevel.Warning, "Target {Target} is called no more until it is asked again at {ProbeAt}: {Reason}")]
    public static partial void TargetOpened(this ILogger log, string target, NodaTime.Instant? probeAt, string? reason);

    [LoggerMessage(72, LogLevel.Warning, "Target {Target}: {Accounts} accounts wait at the door until somebody decides: {Reasons}")]
    public static partial void HeldAtDoor(this ILogger log, string target, int accounts, string reasons);

    [LoggerMessage(73, LogLevel.Error, "Target {Target} says that it has done for {Resource} what it has not; attempt {Attempts}")]
    public static partial void NotDone(this ILogger log, string target, string resource, int attempts);

    [LoggerMessage(80, LogLevel.Error, "Target {Target}: {Access} of {Resource} is there again after it had been shown to have ended")]
    public static partial void AccessReopened(this ILogger log, string target, string resource, string access);

    [LoggerMessage(81, LogLevel.Error, "Target {Target} says that {Access} of {Resource} has ended and shows that it has not; attempt {Attempts}")]
    public static partial void NotEnforced(this ILogger log, string target, string resource, string access, int attempts);

    [LoggerMessage(82, LogLevel.Error, "The end of access of {Resource} is late: {Revocation} is not verified")]
    public static partial void RevocationLate(this ILogger log, string resource, string revocation);

    [LoggerMessage(83, LogLevel.Warning, "Order {Order}: access of {Resource} ends at once, whatever HR says")]
    public static partial void OrderedOut(this ILogger log, string order, string resource);

    [LoggerMessage(90, LogLevel.Warning, "Signal {Signal} is not taken by the receiver of stream {Stream}, and is told again: {Reason}")]
    public static partial void SignalNotTaken(this ILogger log, string signal, string stream, string reason);

    [LoggerMessage(91, LogLevel.Error, "Signal {Signal} is refused by the receiver of stream {Stream}: {Reason}")]
    public static partial void SignalRefused(this ILogger log, string signal, string stream, string reason);

    [LoggerMessage(94, LogLevel.Information, "Signal {Signal} is not told to the receiver of stream {Stream}, who could not know who is meant")]
    public static partial void SignalUntellable(this ILogger log, string signal, string stream);

    [LoggerMessage(92, LogLevel.Error, "{Count} signals were not taken by the receiver of stream {Stream} for days, and are given up: {Reason}")]
    public static partial void SignalsGivenUp(this ILogger log, int count, string stream, string reason);

    [LoggerMessage(93, LogLevel.Warning, "Stream {Stream} is disabled: its receiver has fetched nothing for {Days} days")]
    public static partial void StreamIdle(this ILogger log, string stream, int days);

    [LoggerMessage(110, LogLevel.Error, "Target {Target}: what is due of service account {Account} failed, and is tried again")]
    public static partial void ServiceAccountFailed(this ILogger log, Exception failure, string target, string account);

    [LoggerMessage(111, LogLevel.Information, "Target {Target} was gone through for service accounts: {Found} found, {Proposed} that nobody knew, {Missing} that are not there any more")]
    public static partial void Discovered(this ILogger log, string target, long found, long proposed, int missing);

    [LoggerMessage(130, LogLevel.Information, "The journal is anchored at block {Block}, position {Position}, with key {Key}: {Signature}")]
    public static partial void Anchored(this ILogger log, long block, long position, string key, string signature);

    [LoggerMessage(131, LogLevel.Information, "The journal begins behind position {Position} now: what is older than {Days} days is cut off")]
    public static partial void JournalCut(this ILogger log, long position, int days);

    [LoggerMessage(120, LogLevel.Information, "Target {Target} is compared: {Scope} reconciliation {Reconciliation} found {Differences} differences")]
    public static partial void Reconciled(this ILogger log, string target, string scope, string reconciliation, long differences);

    [LoggerMessage(121, LogLevel.Error, "Target {Target} lets {Resource} in, who should be shut out")]
    public static partial void FoundUsable(this ILogger log, string target, string? resource);

    [LoggerMessage(122, LogLevel.Error, "Target {Target} cannot be compared, reconciliation {Reconciliation}: {Reason}")]
    public static partial void ReconciliationFailed(this ILogger log, string target, string reconciliation, string reason);

    [LoggerMessage(123, LogLevel.Warning, "Target {Target}: reconciliation {Reconciliation} would set right {Differences} differences, and waits until somebody decides")]
    public static partial void ReconciliationHeld(this ILogger log, string target, string reconciliation, long differences);

    [LoggerMessage(71, LogLevel.Information, "Target {Target} is back; it was away since {Since}")]
    public static partial void TargetClosed(this ILogger log, string target, NodaTime.Instant? since);

    [LoggerMessage(100, LogLevel.Information, "What was due of {Count} service accounts is done")]
    public static partial void CascadeDone(this ILogger log, int count);
}
