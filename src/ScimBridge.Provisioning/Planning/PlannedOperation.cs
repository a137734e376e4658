using System.Diagnostics;

namespace ScimBridge.Provisioning.Planning;

/// <summary>What would happen to a user, a group, an account or a membership.</summary>
public enum PlannedOperation
{
    /// <summary>It comes to be.</summary>
    Create = 0,

    /// <summary>Attributes change, and none of what the others name.</summary>
    Update,

    /// <summary>The user name changes, and perhaps other attributes.</summary>
    Rename,

    /// <summary>It becomes usable; attributes may change with it.</summary>
    Enable,

    /// <summary>It becomes unusable; attributes may change with it.</summary>
    Disable,

    /// <summary>It ceases to be.</summary>
    Delete,

    /// <summary>A user becomes a member of a group.</summary>
    Gain,

    /// <summary>A user ceases to be a member of a group.</summary>
    Lose,
}

/// <summary>Names operations as a plan shows them.</summary>
public static class PlannedOperations
{
    private const string UserName = "userName";
    private static readonly string[] Words = [.. Enum.GetValues<PlannedOperation>().Select(o => o.ToString().ToLowerInvariant())];

    /// <summary>The word for an operation, as reports and addresses have it.</summary>
    public static string Word(this PlannedOperation operation) => Words[(int)operation];

    /// <summary>The operation of that word, or null.</summary>
    public static PlannedOperation? OfWord(string word) => Array.IndexOf(Words, word) is var at and >= 0 ? (PlannedOperation)at : null;

    /// <summary>What an operation at a target comes to; null where there is nothing to do.</summary>
    public static (PlannedOperation Operation, IReadOnlyList<string> Attributes)? Of(Operation operation) => operation switch
    {
        Operation.Nothing => null,
        Operation.Create => (PlannedOperation.Create, []),
        Operation.Delete => (PlannedOperation.Delete, []),
        Operation.Update update => (
            Of(update.Active, update.Changes.Any(c => c is { Schema: null, Name: UserName })),
            [.. update.Changes.Select(c => c.Schema is null ? c.Name : $"{c.Schema}:{c.Name}")]),
        _ => throw new UnreachableException($"No plan speaks about {operation}."),
    };

    /// <summary>What a change of a resource comes to.</summary>
    /// <param name="active">The new usability; null where it stays.</param>
    /// <param name="renamed">Whether the user name changes.</param>
    public static PlannedOperation Of(bool? active, bool renamed) => active switch
    {
        true => PlannedOperation.Enable,
        false => PlannedOperation.Disable,
        null => renamed ? PlannedOperation.Rename : PlannedOperation.Update,
    };
}
