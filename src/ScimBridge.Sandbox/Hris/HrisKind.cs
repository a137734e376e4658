namespace ScimBridge.Sandbox.Hris;

/// <summary>The HR systems that the sandbox can stand in for.</summary>
public enum HrisKind
{
    /// <summary>A Workday report as a service.</summary>
    Workday,

    /// <summary>The OData v2 service of SAP SuccessFactors.</summary>
    SuccessFactors,

    /// <summary>BambooHR's list of employees.</summary>
    BambooHr,

    /// <summary>Personio's persons and employments.</summary>
    Personio,

    /// <summary>A list over HTTP that pages in every usual way.</summary>
    Rest,
}
