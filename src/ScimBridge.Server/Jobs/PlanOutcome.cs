namespace ScimBridge.Server.Jobs;

/// <summary>What has changed since a plan was shown.</summary>
/// <param name="Subject">Whom it is about, as in the plan.</param>
/// <param name="Target">The target; null for the bridge itself.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Group">Of a membership: the group.</param>
/// <param name="Change">
/// <c>new</c>: it would happen now and was not shown; <c>gone</c>: it was shown and would not happen; <c>changed</c>: it would happen, and
/// what it rests on is not what it was.
/// </param>
public sealed record PlanDifference(string Subject, string? Target, string Operation, string? Group, string Change);

/// <summary>What came of executing a plan: a closed set.</summary>
public abstract record PlanOutcome
{
    private PlanOutcome()
    {
    }

    /// <summary>It was executed.</summary>
    /// <param name="Workers">How many workers were decided; 0 of a batch, which is read by the source's own drain.</param>
    /// <param name="BatchId">Of a batch: the batch that it was handed in as.</param>
    public sealed record Executed(int Workers, string? BatchId) : PlanOutcome;

    /// <summary>It was refused. Nothing was written, unless <paramref name="Written"/> says so.</summary>
    /// <param name="Reason">Why, as a sentence.</param>
    /// <param name="Count">How much has changed since the plan was shown.</param>
    /// <param name="Differences">The first of what has changed.</param>
    /// <param name="Written">Workers that had been decided, exactly as shown, before somebody else wrote in between.</param>
    public sealed record Refused(string Reason, int Count, IReadOnlyList<PlanDifference> Differences, int Written) : PlanOutcome
    {
        /// <summary>A refusal for another reason than that something has changed.</summary>
        public Refused(string reason)
            : this(reason, 0, [], 0)
        {
        }
    }
}
