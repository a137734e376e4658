using System.Text;
using System.Text.Json;
using ScimBridge.Provisioning.Workers;

namespace ScimBridge.Provisioning.Lifecycle;

/// <summary>The table for people: Markdown. Leaves and types of workers that come to the same share a row.</summary>
public static class LifecycleTableText
{
    private static readonly WorkerType[] Known = [.. Enum.GetValues<WorkerType>().Where(t => t != WorkerType.Unknown)];

    /// <summary>The text, with a line break at its end.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder();
        text.Append(
            """
            # What each signal does

            This file is made of `LifecycleTable.cs` by `scimbridge check --table`; a test compares them. The columns are what is true of the worker
            before the signal: nobody has heard of them; a hire too far ahead to prepare for; about to start; at work; on leave; barred; gone. A worker
            of a type that nobody mapped is in no row: whatever is said of them is **quarantined**, and the last good state stays.


            """.ReplaceLineEndings("\n"));
        foreach (var action in Enum.GetValues<LifecycleAction>())
            text.Append("- **").Append(Word(action)).Append("**: ").Append(Meaning(action)).Append('\n');
        text.Append("\n| signal | worker |");
        foreach (var state in LifecycleTable.States)
            text.Append(' ').Append(state is { } known ? Word(known) : "unheard of").Append(" |");
        text.Append("\n|---|---|").Insert(text.Length, "---|", LifecycleTable.States.Count).Append('\n');
        var reasons = new List<(string Signal, string Reason)>();
        foreach (var signal in Enum.GetValues<LifecycleSignal>())
        {
            foreach (var row in RowsOf(signal))
            {
                text.Append("| ").Append(row.Signal).Append(" | ").Append(row.Workers).Append(" | ").AppendJoin(" | ", row.Cells.Select(Word)).Append(" |\n");
                reasons.Add((row.Signal, row.Reason));
            }
        }

        text.Append("\nWhy:\n\n");
        foreach (var reason in reasons.Distinct())
            text.Append("- **").Append(reason.Signal).Append("**: ").Append(reason.Reason).Append('\n');
        return text.ToString();
    }

    private static IEnumerable<(string Signal, string Workers, IReadOnlyList<LifecycleAction> Cells, string Reason)> RowsOf(LifecycleSignal signal)
    {
        var rows = LifecycleTable.Signals.Where(s => s.Signal == signal).SelectMany(s => Known.Select(type =>
        {
            List<LifecycleCell> cells = [.. LifecycleTable.States.Select(state => LifecycleTable.Find(signal, s.Leave, type, state))];
            return (s.Leave, Type: type, Cells: cells.ConvertAll(c => c.Action), cells[0].Reason);
        })).ToList();
        foreach (var same in rows.GroupBy(r => (string.Join(' ', r.Cells), r.Reason)))
        {
            var first = same.First();
            var leaves = same.Select(r => r.Leave).OfType<LeaveType>().Distinct().ToList();
            var types = same.Select(r => r.Type).Distinct().ToList();
            yield return (
                Word(signal) + (leaves.Count == 0 ? "" : " (" + string.Join(", ", leaves.ConvertAll(Word)) + ")"),
                types.Count == Known.Length ? "any" : string.Join(", ", types.ConvertAll(Word)),
                first.Cells,
                first.Reason);
        }
    }

    private static string Meaning(LifecycleAction action) => action switch
    {
        LifecycleAction.Quarantine => "the record is not believed; the worker stays as they were.",
        LifecycleAction.NoAccount => "there is no account, and none is made.",
        LifecycleAction.Prepare => "the account is there, disabled, with its memberships but for the privileged ones, until the first day.",
        LifecycleAction.Work => "the account is usable, with everything that policy gives today.",
        LifecycleAction.Leave => "what `lifecycle.leave` has for that type: keep, suspend what is privileged, or suspend. Every other membership stays.",
        LifecycleAction.Suspend => "the account is disabled and out of what is privileged, until HR says otherwise.",
        LifecycleAction.EndContract => "the account is disabled at once; licences and privileges go; the rest goes after `lifecycle.contract.graceDays`.",
        LifecycleAction.End => "the account is disabled at once, its memberships go; it is deleted after `lifecycle.leaver.deleteAfterDays`.",
        LifecycleAction.Discard => "as *end*, and told as `worker.hireRescinded`: it is no termination.",
        _ => throw new ArgumentOutOfRangeException(nameof(action)),
    };

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
