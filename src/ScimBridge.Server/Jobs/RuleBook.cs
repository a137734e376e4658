using NodaTime;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>
/// The rules of one kind. Those in force stand in the database, so that all nodes decide by the same ones; a node says at its start what its
/// configuration wants, and <see cref="EvaluateRules"/> does what follows.
/// </summary>
/// <typeparam name="TRules">What the rules are when they are read.</typeparam>
public abstract class RuleBook<TRules>
    where TRules : class
{
    private readonly Database _database;
    private readonly string _wanted;
    private InForce? _inForce;

    /// <summary>Creates it.</summary>
    /// <param name="database">Where the rules stand.</param>
    /// <param name="wanted">What the configuration wants, as text.</param>
    private protected RuleBook(Database database, string wanted)
    {
        _database = database;
        _wanted = wanted;
    }

    /// <summary>Whether it goes by what the configuration wants, in force or not: for what would be if it were.</summary>
    public bool AsWanted { get; init; }

    /// <summary>The kind of rules, as <see cref="RuleBookStore"/> names it.</summary>
    private protected abstract string Name { get; }

    // Whether the first rules ever make everybody due.
    private protected abstract bool MarksFirst { get; }

    /// <summary>The rules by which decisions are made now.</summary>
    public async Task<TRules> InForceAsync(Session session, CancellationToken cancel)
    {
        var text = (AsWanted ? null : (await RuleBookStore.FindAsync(session, Name, cancel))?.InForce) ?? _wanted;
        if (_inForce is not { } last || last.Text != text)
            _inForce = last = new InForce(text, Read(text));
        return last.Rules;
    }

    /// <summary>The rules of a text.</summary>
    public abstract TRules Read(string text);

    /// <summary>Says what the configuration wants. A hold of what was wanted before is over.</summary>
    public Task WantAsync(Instant now, CancellationToken cancel) => _database.WriteAsync(
        async s =>
        {
            if (await RuleBookStore.WantAsync(s, Name, _wanted, MarksFirst, cancel) is { } held)
                await HoldStore.CloseAsync(s, held, "superseded", anyhow: true, by: null, now.ToMicroseconds(), cancel);
        },
        cancel);

    private sealed record InForce(string Text, TRules Rules);
}
