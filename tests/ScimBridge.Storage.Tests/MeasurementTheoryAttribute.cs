namespace ScimBridge.Storage.Tests;

/// <summary>A loop that measures and asserts nothing about time. It runs where the environment asks for it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MeasurementTheoryAttribute : TheoryAttribute
{
    /// <summary>The environment variable that asks for measurements.</summary>
    public const string Variable = "SCIMBRIDGE_MEASURE";

    public MeasurementTheoryAttribute()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 })
            Skip = $"Measures; set {Variable}=1 to run it.";
    }
}
