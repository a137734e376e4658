using System.Security.Authentication;
using ScimBridge.Connectors.Http;
using ScimBridge.Provisioning.Delivery;

namespace ScimBridge.Connectors.Targets;

/// <summary>A call to a target that got no answer: by how the connection failed.</summary>
internal static class Unanswered
{
    /// <summary>What it comes to.</summary>
    /// <param name="call">The call, as messages name it.</param>
    /// <param name="peer">What messages call the other side: target, org.</param>
    /// <param name="failure">What was thrown.</param>
    public static Outcome Of(string call, string peer, Exception failure)
    {
        var outcome = Classify(call, peer, failure);
        return outcome with { Failure = Failure(call, outcome) };
    }

    /// <summary>What a person is told of a call without an answer.</summary>
    public static CallFailure Failure(string call, Outcome outcome)
    {
        var said = outcome switch { Outcome.Stop stop => stop.Reason, Outcome.Retry retry => retry.Reason, _ => "No answer." };
        return new CallFailure(
            call, 0, null, null, said.StartsWith(call + ": ", StringComparison.Ordinal) ? said[(call.Length + 2)..] : said,
            outcome is Outcome.Stop ? "Correct the target's address or its certificate." : "Nothing: it is tried again. If it lasts, see whether the target can be reached from here.");
    }

    private static Outcome Classify(string call, string peer, Exception failure)
    {
        if (Within<AddressRefusedException>(failure))
        {
            return new Outcome.Stop(
                $"{call}: the host resolves to a loopback, private or link-local address, which allowPrivateAddresses would allow.");
        }

        if (Within<AuthenticationException>(failure))
            return new Outcome.Stop($"{call}: the certificate of the {peer} is not trusted, or TLS cannot be agreed on.");
        return failure switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } =>
                new Outcome.Retry(null, $"{call}: the name of the {peer}'s host cannot be resolved.", Untouched: true),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } =>
                new Outcome.Retry(null, $"{call}: no connection to the {peer}.", Untouched: true),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } =>
                new Outcome.Retry(null, $"{call}: the connection broke while TLS was agreed on.", Untouched: true),
            _ => new Outcome.Retry(null, $"{call}: the connection broke before the answer was there."),
        };
    }

    private static bool Within<T>(Exception? failure)
        where T : Exception => failure is T || (failure is not null && Within<T>(failure.InnerException));
}
