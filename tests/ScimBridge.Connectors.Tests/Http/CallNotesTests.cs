using System.Net;
using ScimBridge.Connectors.Http;

namespace ScimBridge.Connectors.Tests.Http;

/// <summary>What is taken down of calls: what a vendor can be asked about, and nobody's address.</summary>
public sealed class CallNotesTests
{
    [Theory]
    [InlineData("X-Request-Id", "7f-1.a", "7f-1.a")]
    [InlineData("X-Okta-Request-Id", "Wq_9", "Wq_9")]
    [InlineData("request-id", "0b1c", "0b1c")]
    [InlineData("X-Request-Id", "ann@corp.example", null)]
    [InlineData("X-Request-Id", "<script>", "script")]
    [InlineData("X-Other", "7f", null)]
    public void Vendors_id_of_a_call_is_kept_and_nobodys_address_is(string header, string said, string? kept)
    {
        var notes = CallNotes.Begin();
        using var response = new HttpResponseMessage(HttpStatusCode.Created);
        response.Headers.TryAddWithoutValidation(header, said);

        CallNotes.Take("POST Users", response);

        Assert.Equal([new CallMade("POST Users", 201, kept)], notes.Calls);
    }

    [Fact]
    public async Task Work_that_runs_at_once_has_its_own_notes_and_keeps_the_last()
    {
        var notes = await Task.WhenAll(Enumerable.Range(1, 4).Select(async work =>
        {
            var own = CallNotes.Begin();
            for (var call = 0; call < 10; call++)
            {
                await Task.Yield();
                CallNotes.Take($"GET {work}/{call}", response: null);
            }

            return own.Calls;
        }));

        Assert.All(notes.Select((calls, i) => (calls, work: i + 1)), n => Assert.Equal(
            Enumerable.Range(4, 6).Select(call => new CallMade($"GET {n.work}/{call}", 0, null)), n.calls));
    }
}
