using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NodaTime;
using ScimBridge.Fixtures;
using ScimBridge.Provisioning.Journal;
using ScimBridge.Server.Cli;
using ScimBridge.Server.Evidence;
using ScimBridge.Server.Hosting;
using ScimBridge.Server.Jobs;
using ScimBridge.Storage.Stores;

namespace ScimBridge.Server.Tests.Journal;

/// <summary>What an auditor gets, and what they can see with nothing but the file and the public keys.</summary>
public sealed class EvidencePackTests
{
    private const int Flips = 10_000;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly string[] Families = ["Holt", "Dahl", "Kim", "Brown", "Sharma"];

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Pack_is_sound_and_its_figures_are_those_of_the_company(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        await CompanyAsync(bridge, people: 30, leavers: 2);
        var (pack, text, jwks) = await MakeAsync(bridge, details: true);

        Assert.Empty(Faults(text, jwks));
        Assert.Equal(pack.Checksum, Convert.ToHexStringLower(SHA256.HashData(text)));
        Assert.Equal(pack.Bytes, text.Length);
        // The whole is one JSON object, and what it says of the company is so.
        var json = JsonNode.Parse(text)!;
        var figures = json["figures"]!;
        Assert.Equal((28, 2), ((int)figures["access"]!["Active"]!, (int)figures["access"]!["Ended"]!));
        Assert.Equal((28, 2), ((int)figures["activeAccounts"]!, (int)figures["leavers"]!["verifiedExcept"]!));
        Assert.Equal(30, (int)figures["entriesByKind"]!["user.created"]!);
        Assert.Equal(2, (int)figures["entriesByKind"]!["account.disabled"]!);
        Assert.True((int)figures["anchors"]! > 0);
        Assert.True((int)figures["exceptions"]!["access.notVerified"]! > 0);
        var updated = json["journal"]!.AsArray().First(e => (string?)e!["kind"] == "user.updated")!;
        var change = JsonNode.Parse((string)updated["detail"]!["value"]!)!;
        Assert.Equal((true, false), ((bool)change["before"]!["active"]!, (bool)change["after"]!["active"]!));
        Assert.Single(json["access"]!.AsArray(), a => (string?)a!["workerId"] == "1" && (string?)a["rule"] == "leaver");
        Assert.Contains(json["controls"]!.AsArray(), c => (string?)c!["control"] == "NHI1:2025" && ((string?)c["note"])!.Contains("NHI8:2025", StringComparison.Ordinal));
    }

    [Theory, ClassData(typeof(DatabaseKinds))]
    public async Task Out_of_scope_and_period_there_are_hashes_alone_and_no_names_without_being_asked(DatabaseKind kind)
    {
        await using var bridge = await TestBridge.StartAsync(kind, TestBridge.Unheld);
        await CompanyAsync(bridge, people: 5, leavers: 1);
        var user = await bridge.Database.ReadAsync(
            s => s.FirstAsync("SELECT resource_id FROM worker WHERE worker_id = '1'", r => r.GetString(0), None), None);
        var (_, text, jwks) = await MakeAsync(bridge, details: false, users: [user!]);

        Assert.Empty(Faults(text, jwks));
        var json = JsonNode.Parse(text)!;
        Assert.Single(json["access"]!.AsArray());
        Assert.All(json["journal"]!.AsArray().Where(e => e!["kind"] is not null), e => Assert.Equal(user, (string?)e!["subject"]));
        Assert.True((int)json["figures"]!["entriesNotShown"]! > 0);
        Assert.DoesNotContain("Holt", Encoding.UTF8.GetString(text), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"detail\":\"withheld\"", Encoding.UTF8.GetString(text), StringComparison.Ordinal);

        var before = bridge.Get<IClock>().GetCurrentInstant() - Duration.FromDays(400);
        var (_, empty, _) = await MakeAsync(bridge, details: false, until: before);
        Assert.Empty(Faults(empty, jwks));
        Assert.Empty(JsonNode.Parse(empty)!["journal"]!.AsArray());
    }

    [Fact]
    public async Task Every_flip_is_found()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite, TestBridge.Unheld);
        await CompanyAsync(bridge, people: 2, leavers: 1);
        var (_, text, jwks) = await MakeAsync(bridge, details: true);
        Assert.Empty(Faults(text, jwks));

        var random = new Random(20_260_302);
        // Each byte of the first line, of the last and of the last byte's neighbours; and any others.
        var last = Array.LastIndexOf(text, (byte)'\n', text.Length - 2);
        var positions = Enumerable.Range(0, Array.IndexOf(text, (byte)'\n')).Concat(Enumerable.Range(last, text.Length - last)).ToList();
        while (positions.Count < Flips)
            positions.Add(random.Next(text.Length));
        var missed = new List<string>();
        foreach (var at in positions)
        {
            var bit = (byte)(1 << random.Next(8));
            text[at] ^= bit;
            if (await IsSoundAsync(text, jwks))
                missed.Add($"byte {at}, bit {bit}");
            text[at] ^= bit;
        }

        Assert.Equal(Flips, positions.Count);
        Assert.Empty(missed);
        Assert.Empty(Faults(text, jwks));
        foreach (var cut in new[] { text[..^1], text[..last], text[..(last + 1)], [.. text, (byte)'\n'], [.. text, .. text], [] })
            Assert.False(await IsSoundAsync(cut, jwks));
    }

    [Fact]
    public async Task Who_has_the_key_and_says_what_was_not_is_found_by_the_chain_and_the_figures()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite, TestBridge.Unheld);
        await CompanyAsync(bridge, people: 3, leavers: 1);
        var (pack, text, jwks) = await MakeAsync(bridge, details: true);
        var lines = Encoding.UTF8.GetString(text).TrimEnd('\n').Split('\n')[..^1];

        async Task<IReadOnlyList<string>> ForgeAsync(Func<string, string> change)
        {
            var body = string.Concat(lines.Select(l => change(l)).Where(l => l.Length > 0).Select(l => l + "\n"));
            var payload = PackCheck.Payload(pack.Id, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))));
            var signature = await bridge.Get<SigningKeys>().SignAsync(SigningKey.Es256, PackSection.SignatureKind, Encoding.UTF8.GetBytes(payload), None);
            return Faults(Encoding.UTF8.GetBytes(body + PackSection.Signature + signature + PackSection.Closing + "\n"), jwks);
        }

        Assert.Empty(await ForgeAsync(l => l));
        Assert.Contains(
            await ForgeAsync(l => l.Contains("\"account.disabled\"", StringComparison.Ordinal) ? l.Replace("\"actor\":\"target:corp\"", "\"actor\":\"target:other\"", StringComparison.Ordinal) : l),
            f => f.Contains("when it was sealed", StringComparison.Ordinal));
        Assert.Contains(
            await ForgeAsync(l => l.Contains("\"account.disabled\"", StringComparison.Ordinal) ? "" : l), f => f.Contains("was to be here", StringComparison.Ordinal));
        Assert.Contains(
            await ForgeAsync(l => l.Replace("\\\"active\\\":false", "\\\"active\\\":true", StringComparison.Ordinal)),
            f => f.Contains("detail of the entry is not what it was", StringComparison.Ordinal));
        Assert.Contains(
            await ForgeAsync(l => l.StartsWith(PackSection.Figures, StringComparison.Ordinal) ? l.Replace("\"Ended\":1", "\"Ended\":0", StringComparison.Ordinal) : l),
            f => f.Contains("figures", StringComparison.Ordinal));
        Assert.Contains(
            await ForgeAsync(l => l.Replace("\"verdict\":\"cut\"", "\"verdict\":\"left\"", StringComparison.Ordinal)),
            f => f.Contains("is not what was seen", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_of_another_bridge_do_not_fit()
    {
        await using var bridge = await TestBridge.StartAsync(DatabaseKind.Sqlite, TestBridge.Unheld);
        await using var other = await TestBridge.StartAsync(DatabaseKind.Sqlite);
        await CompanyAsync(bridge, people: 2, leavers: 0);
        var (_, text, _) = await MakeAsync(bridge, details: false);

        Assert.Contains(Faults(text, await other.Get<SigningKeys>().JwksAsync(None)), f => f.Contains("not signed by one of these keys", StringComparison.Ordinal));
        Assert.Equal(["The keys are no JWK Set (RFC 7517)."], Faults(text, "{}"));
    }

    [Fact]
    public void Controls_have_their_right_names()
    {
        var named = EvidencePack.Controls.Select(c => $"{c["framework"]} {c["control"]}").ToList();
        string[] wanted =
        [
            "NIST CSF 2.0 PR.AA-01", "NIST CSF 2.0 PR.AA-03", "NIST CSF 2.0 PR.AA-05", "NIST SP 800-53 Rev. 5 AC-2 f", "NIST SP 800-53 Rev. 5 AC-2 h",
            "NIST SP 800-53 Rev. 5 AC-2 j", "NIST SP 800-53 Rev. 5 AC-2 k", "NIST SP 800-53 Rev. 5 AC-2 l", "NIST SP 800-53 Rev. 5 AC-2(1)",
            "NIST SP 800-53 Rev. 5 AC-2(2)", "NIST SP 800-53 Rev. 5 AC-2(3)", "NIST SP 800-53 Rev. 5 PS-4", "NIST SP 800-53 Rev. 5 PS-5",
            "NIST SP 800-63B-4 Authenticator Event Management", "CIS Controls v8.1 5", "CIS Controls v8.1 6", "ISO/IEC 27001:2022 Annex A A.5.16",
            "ISO/IEC 27001:2022 Annex A A.5.17", "ISO/IEC 27001:2022 Annex A A.5.18", "ISO/IEC 27001:2022 Annex A A.6.5",
            "OWASP Non-Human Identities Top 10 2025 NHI1:2025", "OWASP Non-Human Identities Top 10 2025 NHI7:2025",
            "OWASP Non-Human Identities Top 10 2025 NHI9:2025", "OWASP Non-Human Identities Top 10 2025 NHI10:2025",
        ];
        Assert.Equal(wanted, named);
        Assert.All(EvidencePack.Controls, c => Assert.All(c["sections"]!.AsArray(), s => Assert.Contains((string)s!, PackSection.All)));
    }

    private static async Task CompanyAsync(TestBridge bridge, int people, int leavers)
    {
        string[] rows = [.. Enumerable.Range(1, people).Select(i => TestBridge.Row($"{i}", $"Given{i}", Families[i % Families.Length], manager: i > 1 ? "1" : ""))];
        await bridge.ImportAsync(rows);
        if (leavers == 0)
            return;
        for (var i = 0; i < leavers; i++)
            rows[i] = TestBridge.Row($"{i + 1}", $"Given{i + 1}", Families[(i + 1) % Families.Length], status: "T", manager: i > 0 ? "1" : "");
        await bridge.ImportAsync(rows);
        await bridge.RunAsync(DrainKind.Enforce, "corp");
    }

    private static async Task<(StoredPack Pack, byte[] Text, string Jwks)> MakeAsync(TestBridge bridge, bool details, List<string>? users = null, Instant? until = null)
    {
        var end = until ?? bridge.Get<IClock>().GetCurrentInstant() + Duration.FromDays(1);
        var request = new PackRequest(end - Duration.FromDays(90), end) { Details = details, Users = users };
        var packs = bridge.Get<EvidencePacks>();
        var pack = await packs.MakeAsync(request, "https://bridge.example", "client:auditor", "test", None);
        await using var file = packs.Open(pack);
        var text = new MemoryStream();
        await file.CopyToAsync(text);
        return (pack, text.ToArray(), await bridge.Get<SigningKeys>().JwksAsync(None));
    }

    private static IReadOnlyList<string> Faults(byte[] pack, string jwks) => VerifyCommand.PackFaults(new MemoryStream(pack), jwks);

    // As the command does: what does not begin as a pack is taken for a leaver's proof.
    private static async Task<bool> IsSoundAsync(byte[] file, string jwks) =>
        (file.AsSpan().StartsWith(Encoding.ASCII.GetBytes(PackSection.Opening)) ? Faults(file, jwks) : await VerifyCommand.FaultsAsync(Encoding.UTF8.GetString(file), jwks, None))
            .Count == 0;
}
