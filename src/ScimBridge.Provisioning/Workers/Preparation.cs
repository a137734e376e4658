using NodaTime;

namespace ScimBridge.Provisioning.Workers;

/// <summary>How long before the first working day an account may be prepared; for some types of workers another time than for the rest.</summary>
public sealed class Preparation
{
    private readonly Duration _usual;
    private readonly IReadOnlyDictionary<WorkerType, Duration> _byType;

    /// <summary>Creates it.</summary>
    /// <param name="usual">How long, for every type that is not named.</param>
    /// <param name="byType">How long, by the type of worker.</param>
    public Preparation(Duration usual, IReadOnlyDictionary<WorkerType, Duration> byType)
    {
        _usual = usual;
        _byType = byType;
    }

    /// <summary>The same for everybody.</summary>
    public static implicit operator Preparation(Duration usual) => FromDuration(usual);

    /// <summary>The same for everybody.</summary>
    public static Preparation FromDuration(Duration usual) => new(usual, new Dictionary<WorkerType, Duration>());

    /// <summary>How long, for a type of worker.</summary>
    public Duration Of(WorkerType type) => _byType.TryGetValue(type, out var own) ? own : _usual;
}
