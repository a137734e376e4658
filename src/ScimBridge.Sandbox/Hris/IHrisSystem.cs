namespace ScimBridge.Sandbox.Hris;

/// <summary>How one vendor's system answers.</summary>
internal interface IHrisSystem
{
    /// <summary>Answers a call, whose credential it looks at first.</summary>
    HrisReply Answer(HrisRequest request);

    /// <summary>An error in the vendor's own words.</summary>
    HrisReply Error(int status, string message);
}
