using NodaTime;

namespace ScimBridge.Connectors.Http;

/// <summary>The turn of one call.</summary>
/// <param name="Route">The limited part of the target.</param>
/// <param name="Began">When the call starts.</param>
/// <param name="HeldFor">Not now: for how long; null where the call may start.</param>
internal readonly record struct CallTurn(string Route, Instant Began, TimeSpan? HeldFor);
