namespace ScimBridge.Connectors.Sources.Pulling;

/// <summary>Where the next fetch of a source goes on. The text means something to the kind of source that wrote it and to nobody else.</summary>
/// <param name="Text">At most a few KiB, to be kept as it is.</param>
public readonly record struct PullCursor(string Text);
