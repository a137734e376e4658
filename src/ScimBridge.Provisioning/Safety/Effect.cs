namespace ScimBridge.Provisioning.Safety;

/// <summary>What a record would do that can hurt if it is wrong. Several can be true of one record.</summary>
[Flags]
public enum Effect
{
    /// <summary>Nothing that can hurt.</summary>
    None = 0,

    /// <summary>Access ends, or will end on a day that was not known before or lies earlier than it did.</summary>
    Terminates = 1,

    /// <summary>
    /// Access that is there is taken away for a time, wholly or, as on leave, in part, now or on a day that is planned; or it begins
    /// later than it has begun.
    /// </summary>
    Disables = 2,

    /// <summary>What people and systems know the worker by becomes another: number, user name, e-mail, both names, first day, time zone.</summary>
    Rekeys = 4,

    /// <summary>An attribute that had a value has none: manager, department, title, site, company, e-mail, first day.</summary>
    Nulls = 8,

    /// <summary>Department, cost centre, company, site or manager becomes another.</summary>
    Moves = 16,

    /// <summary>Somebody who has left is to have access again in the same stint.</summary>
    Revives = 32,
}
