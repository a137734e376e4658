using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>How rules of one kind are tried on everybody before they come in force, and what coming in force takes beside decisions.</summary>
public abstract class RuleTrial
{
    /// <summary>The kind of rules, as <see cref="RuleBookStore"/> names it.</summary>
    public abstract string Name { get; }

    /// <summary>The kind of hold that the rules wait in; its first word in the journal, too.</summary>
    public abstract string HoldKind { get; }

    /// <summary>How many people a change may hit.</summary>
    public abstract ChangeSafetyOptions Safety { get; }

    /// <summary>What the journal says of the rules, as JSON.</summary>
    public abstract string Describe(string wanted);

    /// <summary>Begins to try the rules that are wanted.</summary>
    public abstract RuleFindings Begin(RuleBookRow book);

    /// <summary>Collects what has to be there once everybody is due for a decision by the rules in force.</summary>
    public virtual Task EnsureAsync(Session session, Changes changes, Instant now, CancellationToken cancel) => Task.CompletedTask;
}

/// <summary>What rules that are tried would do to people.</summary>
public abstract class RuleFindings
{
    /// <summary>As many are shown to whoever decides.</summary>
    protected const int Previewed = 10_000;

    /// <summary>How many people they would hit.</summary>
    public abstract int People { get; }

    /// <summary>How many single things that is.</summary>
    public abstract long Count { get; }

    /// <summary>What they are about, in one word.</summary>
    public abstract string Effect { get; }

    /// <summary>What whoever decides has to know beside who it is: the figures, by what is hit most.</summary>
    public abstract IEnumerable<JsonObject> Figures { get; }

    /// <summary>Tries them on some workers of a source. Writes nothing.</summary>
    public abstract Task AddAsync(Session session, string source, IReadOnlyCollection<DueWorker> workers, Instant now, CancellationToken cancel);

    /// <summary>Writes who would be hit and how, for a hold.</summary>
    public abstract Task PreviewAsync(Session session, string holdId, CancellationToken cancel);
}
