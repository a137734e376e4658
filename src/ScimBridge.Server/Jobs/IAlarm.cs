using NodaTime;

namespace ScimBridge.Server.Jobs;

/// <summary>Wakes drains. What is due stands in the tables; an alarm that is lost costs time and nothing else.</summary>
public interface IAlarm
{
    /// <summary>There is something to do now.</summary>
    void Wake(DrainKey drain);

    /// <summary>There will be something to do then.</summary>
    void WakeAt(DrainKey drain, Instant at);
}
