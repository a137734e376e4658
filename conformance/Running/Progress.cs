using System.Diagnostics;
using System.Globalization;

namespace ScimBridge.Conformance.Running;

/// <summary>One line per part with a running count; a failing case is printed at once.</summary>
internal sealed class Progress(TextWriter output, bool live)
{
    private readonly Lock _lock = new();
    private readonly int[] _counts = new int[4];
    private string _part = "";
    private int _total;
    private Stopwatch _clock = Stopwatch.StartNew();

    public void Begin(string part, int total)
    {
        lock (_lock)
        {
            (_part, _total, _clock) = (part, total, Stopwatch.StartNew());
            Array.Clear(_counts);
            Draw();
        }
    }

    public void Report(CaseResult result)
    {
        lock (_lock)
        {
            _counts[(int)result.Outcome]++;
            if (result.Outcome == Outcome.Failed)
            {
                output.WriteLine($"{(live ? "\r\e[K" : "")}  FAILED {result.Case.Id} {result.Case.Title}");
                output.WriteLine($"         {result.Message}");
            }
            Draw();
        }
    }

    public void End()
    {
        lock (_lock)
            output.WriteLine((live ? "\r\e[K" : "") + Line());
    }

    private void Draw()
    {
        if (live)
            output.Write("\r\e[K" + Line());
    }

    private string Line()
    {
        var words = new List<string>();
        foreach (var outcome in Enum.GetValues<Outcome>())
        {
            if (_counts[(int)outcome] > 0)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{_counts[(int)outcome]} {Words.Of(outcome)}"));
        }
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_part,-28} {_counts.Sum(),3}/{_total,-3} {_clock.Elapsed.TotalSeconds,6:0.0} s  {string.Join(", ", words)}");
    }
}

/// <summary>How outcomes are called.</summary>
internal static class Words
{
    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Passed => "passed",
        Outcome.Failed => "failed",
        Outcome.NotSupported => "not supported",
        _ => "not tested",
    };
}
