using ScimBridge.Provisioning.Access;
using ScimBridge.Provisioning.Revocation;
using ScimBridge.Storage;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests;

/// <summary>What has to be true of every leaver in the end, whatever happened on the way.</summary>
internal static class LeaverProofs
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>
    /// Each case is closed, each account that there was is verified by a proof that says so, and nothing that was seen is missing or other
    /// than it was. Answers with how many cases there are.
    /// </summary>
    public static async Task<int> CheckAsync(Database database)
    {
        var checkedCases = 0;
        for (string? before = null; ;)
        {
            var cases = await database.ReadAsync(s => RevocationStore.ListAsync(s, null, before, 500, None), None);
            foreach (var revocation in cases)
                await CheckAsync(database, revocation);
            checkedCases += cases.Count;
            if (cases.Count < 500)
                return checkedCases;
            before = cases[^1].Id;
        }
    }

    private static async Task CheckAsync(Database database, Revocation revocation)
    {
        Assert.Equal("closed", revocation.State);
        var (steps, proofs) = await database.ReadAsync(
            async s => (await RevocationStore.StepsAsync(s, revocation.Id, None), await RevocationStore.ProofsAsync(s, revocation.Id, None)), None);
        foreach (var account in steps.Where(s => s.Kind == AccessKind.Account))
        {
            Assert.Equal(StepState.Verified, account.Progress.State);
            var proof = Assert.Single(proofs, p => p.Fact.Number == account.ProofNumber).Fact;
            Assert.Equal((account.Target, AccessKind.Account, Verdict.Cut), (proof.Target, proof.Kind, proof.Verdict));
        }

        var hash = ProofFact.Begin(revocation.Id, revocation.RecordHash);
        foreach (var proof in proofs)
        {
            Assert.Equal(hash, proof.Previous);
            hash = proof.Fact.HashAfter(hash);
            Assert.Equal(proof.Hash, hash);
        }

        Assert.Equal(revocation.Head, hash);
    }
}
