using System.Text.Json.Nodes;
using NodaTime.Text;
using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;

namespace ScimBridge.Provisioning.Journal;

/// <summary>
/// Checks what a leaver's proof says against itself, with nothing but the document: each hash, that nothing is missing between them, and
/// that whatever is called verified has a proof of just that.
/// </summary>
public static class LeaverProofCheck
{
    /// <summary>What a proof is called in its own <c>kind</c>, and the <c>typ</c> of its signature.</summary>
    public const string Kind = "scimbridge-leaver-proof+jws";

    /// <summary>Everything that is wrong with it; empty where nothing is.</summary>
    public static IReadOnlyList<string> Faults(JsonObject document)
    {
        ArgumentNullException.ThrowIfNull(document);
        try
        {
            return [.. Find(document)];
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException or UnparsableValueException)
        {
            return ["It is no proof of this kind: something is missing or of another type."];
        }
    }

    private static IEnumerable<string> Find(JsonObject document)
    {
        if ((string?)document["kind"] != Kind || (int?)document["version"] != 1)
        {
            yield return "It is no proof of a kind that is known here.";
            yield break;
        }

        var revocation = document["revocation"]!;
        var id = (string)revocation["id"]!;
        var hash = ProofFact.Begin(id, (string)revocation["recordHash"]!);
        var cut = new HashSet<(long Number, string Target, string Access)>();
        var expected = 1L;
        foreach (var proof in document["proofs"]!.AsArray())
        {
            var fact = Read(id, proof!);
            if (fact.Number != expected++)
                yield return $"Proof {fact.Number} stands where proof {expected - 1} should.";
            if ((string?)proof!["previous"] != hash)
                yield return $"Proof {fact.Number} does not follow the one before it.";
            hash = fact.HashAfter(hash);
            if ((string?)proof["hash"] != hash)
                yield return $"Proof {fact.Number} is not what was seen: its hash differs.";
            if (fact.Verdict == Verdict.Cut)
                cut.Add((fact.Number, fact.Target, Words.Of(fact.Kind)));
        }

        var states = new List<string>();
        foreach (var step in document["steps"]!.AsArray())
        {
            var (target, access, state) = ((string)step!["target"]!, (string)step["access"]!, (string)step["state"]!);
            states.Add(state);
            if (state == "verified" && (step["proof"] is not { } number || !cut.Contains(((long)number, target, access))))
                yield return $"{access} at {target} is called verified without a proof.";
            if (state == "unverifiable" && (step["reason"] is null || step["owner"] is null))
                yield return $"{access} at {target} is called unverifiable, and nobody answers for it.";
        }

        // What a proof of before there were service accounts says nothing about.
        foreach (var secret in document["serviceAccounts"]?.AsArray() ?? [])
        {
            var state = (string)secret!["state"]!;
            states.Add(state);
            if (state == "unverifiable" && secret["acceptedBy"] is null)
                yield return $"Credential {secret["credential"]} is called unverifiable, and nobody has accepted that.";
            if (state == "verified" && secret["closedAt"] is null && secret["dueAt"] is not null)
                yield return $"Credential {secret["credential"]} is called verified, and its duty is open.";
        }

        var conclusion = states.TrueForAll(s => s == "verified") ? "verified"
            : states.TrueForAll(s => s is "verified" or "unverifiable") ? "verifiedExcept" : "notVerified";
        if ((string?)document["conclusion"] != conclusion)
            yield return $"Its conclusion is not what its steps say: {conclusion}.";
    }

    private static ProofFact Read(string id, JsonNode proof) => new(
        id, (long)proof["number"]!, (string)proof["target"]!, Words.Read<AccessKind>((string)proof["access"]!),
        InstantPattern.ExtendedIso.Parse((string)proof["at"]!).Value, (string)proof["method"]!, (string)proof["value"]!,
        Words.Read<Verdict>((string)proof["verdict"]!), (string)proof["actor"]!);
}
