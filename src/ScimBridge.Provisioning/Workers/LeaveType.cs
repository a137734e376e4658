namespace ScimBridge.Provisioning.Workers;

/// <summary>The class of a leave: what policy needs to know. Why somebody is away is never kept.</summary>
public enum LeaveType
{
    /// <summary>Some leave that is not told apart.</summary>
    Other = 0,

    /// <summary>Around the birth or adoption of a child.</summary>
    Parental,

    /// <summary>Statutory leave for reasons of health; nothing about the reasons.</summary>
    Medical,

    /// <summary>A longer time off by agreement.</summary>
    Sabbatical,

    /// <summary>Military or civil service.</summary>
    Military,

    /// <summary>Released from work until the end of employment.</summary>
    Garden,

    /// <summary>Suspended by the employer.</summary>
    Disciplinary,

    /// <summary>Sent home for want of work.</summary>
    Furlough,

    /// <summary>Unpaid.</summary>
    Unpaid,

    /// <summary>Paid.</summary>
    Paid,

    /// <summary>Works elsewhere for a time.</summary>
    Secondment,
}
