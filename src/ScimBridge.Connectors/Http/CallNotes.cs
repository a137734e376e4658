namespace ScimBridge.Connectors.Http;

/// <summary>A call that was made at a target, as it may be kept: there is nobody's id in it, and no value.</summary>
/// <param name="Call">Method and path without anybody's id: <c>PATCH Users</c>.</param>
/// <param name="Status">The HTTP status; 0 where there was no answer.</param>
/// <param name="RequestId">The id by which the vendor finds the call in its logs; null where the answer has none.</param>
public readonly record struct CallMade(string Call, int Status, string? RequestId);

/// <summary>
/// Takes down which calls a piece of work took, with the vendor's ids of them, so that who asks later why an account is as it is can be told. A
/// connector says of each call what came of it; whoever began the notes has them, and without somebody who did nothing is taken down.
/// </summary>
public sealed class CallNotes
{
    // The last ones say what came of it; a piece of work that takes more reads page by page.
    private const int Kept = 6;

    // A name that a server gives a call, and no room for more than that.
    private const int LongestId = 64;

    private static readonly string[] RequestIds =
        ["X-Request-Id", "X-Okta-Request-Id", "X-Amzn-RequestId", "X-GitHub-Request-Id", "X-Correlation-Id", "Request-Id"];

    private static readonly AsyncLocal<CallNotes?> Running = new();
    private readonly Lock _gate = new();
    private readonly List<CallMade> _calls = [];

    private CallNotes()
    {
    }

    /// <summary>The last calls, in the order of their answers.</summary>
    public IReadOnlyList<CallMade> Calls
    {
        get
        {
            lock (_gate)
                return [.. _calls];
        }
    }

    /// <summary>Begins to take down the calls that the running flow makes from here on.</summary>
    public static CallNotes Begin() => Running.Value = new CallNotes();

    /// <summary>Takes down a call.</summary>
    /// <param name="call">Method and path without anybody's id.</param>
    /// <param name="response">The answer; null where there was none.</param>
    internal static void Take(string call, HttpResponseMessage? response)
    {
        if (Running.Value is not { } notes)
            return;
        var made = new CallMade(call, response is null ? 0 : (int)response.StatusCode, response is null ? null : IdOf(response));
        lock (notes._gate)
        {
            if (notes._calls.Count == Kept)
                notes._calls.RemoveAt(0);
            notes._calls.Add(made);
        }
    }

    private static string? IdOf(HttpResponseMessage response)
    {
        var said = RequestIds.Select(name => response.Headers.TryGetValues(name, out var values) ? values.FirstOrDefault() : null)
            .FirstOrDefault(value => value is not null);
        // A server that names its calls after somebody's address names nothing.
        return said is null || said.Contains('@', StringComparison.Ordinal) ? null
            : new string([.. said.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.').Take(LongestId)]) is { Length: > 0 } id ? id
            : null;
    }
}
