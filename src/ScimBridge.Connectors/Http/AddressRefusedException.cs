namespace ScimBridge.Connectors.Http;

/// <summary>The host of a system resolves to an address that it may not have.</summary>
internal sealed class AddressRefusedException() : IOException("The host resolves to a loopback, private or link-local address.");
