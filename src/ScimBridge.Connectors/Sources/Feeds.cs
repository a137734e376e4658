using ScimBridge.Connectors.Sources.Csv;
using ScimBridge.Connectors.Sources.Json;
using ScimBridge.Connectors.Sources.Mapping;

namespace ScimBridge.Connectors.Sources;

/// <summary>Opens a feed by the declaration of its source, whatever it is written in: what the kinds of sources have in common.</summary>
internal static class Feeds
{
    public static ISource Open(IConnectorOptions source, FeedFile? handedIn)
    {
        var options = (DeclarationOptions)source;
        if (options.Faults() is [var first, ..])
            throw new ArgumentException($"{first.Path}: {first.Message}", nameof(source));
        var file = handedIn ?? FileAt(options.File ?? throw new FeedException("The source names no file, and none was handed in."));
        var declaration = new Declaration(options, file.Partial);
        return (file.Format ?? options.Format) switch
        {
            FeedFormat.Csv => new CsvSource(declaration, options.Csv, file),
            FeedFormat.Json => new JsonSource(declaration, options.ListPath, file),
            _ => new NdJsonSource(declaration, file),
        };
    }

    private static FeedFile FileAt(string path) => new(
        () => new FileStream(path, new FileStreamOptions
        {
            BufferSize = 0,
            Options = FileOptions.SequentialScan | FileOptions.Asynchronous,
        }),
        path);
}
