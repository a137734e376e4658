using NodaTime;
using ScimBridge.Provisioning.Signals;
using ScimBridge.Server.Hosting;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Jobs;

/// <summary>The streams that the configuration declares, brought to where those are that clients make: whoever writes a change looks in one place.</summary>
public sealed class DeclaredStreams
{
    private readonly SignalsOptions? _options;
    private readonly Database _database;
    private readonly IClock _clock;

    /// <summary>Creates it.</summary>
    public DeclaredStreams(BridgeConfiguration configuration, Database database, IClock clock)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _options = configuration.Options.Signals;
        _database = database;
        _clock = clock;
    }

    /// <summary>Adds what is new, changes what is said differently, and deletes what is declared no more, with all that waits for it.</summary>
    public async Task WriteAsync(CancellationToken cancel)
    {
        if (_options is null)
            return;
        var wanted = _options.Streams.Select(s => RowOf(s.Key, s.Value)).ToList();
        await _database.WriteAsync(
            async s =>
            {
                var known = (await SignalStreamStore.ListAsync(s, cancel)).Where(r => r.Owner is null).Select(r => r.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var stream in wanted)
                {
                    if (!known.Remove(stream.Id))
                        await SignalStreamStore.AddAsync(s, stream, cancel);
                    else
                        await SignalStreamStore.UpdateAsync(s, stream, cancel);
                }

                foreach (var gone in known)
                    await SignalStreamStore.DeleteAsync(s, gone, cancel);
            },
            cancel);
    }

    private SignalStreamRow RowOf(string name, SignalStreamOptions options) => new(
        name, Owner: null, options.Audience, options.Endpoint, [.. options.Events.Select(SignalEvents.Find).OfType<SignalType>()], options.Subject.Rule())
    {
        CreatedAt = _clock.GetCurrentInstant().ToMicroseconds(),
    };
}
