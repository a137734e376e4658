namespace ScimBridge.Server.Tests.Jobs;

/// <summary>A campaign of random faults, which takes minutes and whose end is not the same each time. It runs where the environment asks for it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CampaignFactAttribute : FactAttribute
{
    /// <summary>The environment variable that asks for the campaign: <c>small</c> or <c>full</c>.</summary>
    public const string Variable = "SCIMBRIDGE_CAMPAIGN";

    public CampaignFactAttribute()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 })
            Skip = $"A campaign of faults; set {Variable}=small or full to run it.";
    }
}
