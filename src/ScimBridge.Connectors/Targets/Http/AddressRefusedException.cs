namespace ScimBridge.Connectors.Targets.Http;

/// <summary>A target's host resolves to an address that it may not have.</summary>
internal sealed class AddressRefusedException() : IOException("The host resolves to a loopback, private or link-local address.");
