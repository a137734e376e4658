namespace ScimBridge.Connectors.Sources;

/// <summary>A batch that was handed in, instead of the file that a source's configuration names.</summary>
/// <param name="Open">Opens the bytes from their beginning; the caller of it disposes the stream.</param>
/// <param name="Name">What messages call it.</param>
public sealed record FeedFile(Func<Stream> Open, string Name);
