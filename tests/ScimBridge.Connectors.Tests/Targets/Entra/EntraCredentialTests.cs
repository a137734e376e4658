using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using ScimBridge.Connectors.Targets.Entra;
using ScimBridge.Provisioning.Delivery;
using ScimBridge.Provisioning.Mapping;
using ScimBridge.Sandbox.Faults;
using ScimBridge.Sandbox.Graph;
using static ScimBridge.Connectors.Tests.Targets.Entra.EntraAccounts;

namespace ScimBridge.Connectors.Tests.Targets.Entra;

/// <summary>How the app proves who it is, as Azure.Identity does it, to a token endpoint that verifies it.</summary>
public sealed class EntraCredentialTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("pem", null)]
    [InlineData("pem", "pa55")]
    [InlineData("pfx", "pa55")]
    public async Task Certificate_is_taken_from_its_file(string format, string? password)
    {
        using var certificate = NewCertificate();
        await using var tenant = await EntraTenant.StartAsync(app: App() with { CertificatePem = certificate.ExportCertificatePem() });
        using var file = new TemporaryFile(format == "pfx" ? certificate.Export(X509ContentType.Pfx, password) : Encoding.ASCII.GetBytes(Pem(certificate, password)));

        using var target = tenant.Open(o => o.Credential = OfCertificate(file.Path, password));

        Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Certificate_that_is_not_registered_stops()
    {
        using var registered = NewCertificate();
        using var other = NewCertificate();
        await using var tenant = await EntraTenant.StartAsync(app: App() with { CertificatePem = registered.ExportCertificatePem() });
        using var file = new TemporaryFile(Encoding.ASCII.GetBytes(Pem(other, null)));
        using var target = tenant.Open(o => o.Credential = OfCertificate(file.Path, null));

        var reason = Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, Key, None)).Reason;

        Assert.Contains("AADSTS700027. The certificate is not registered with the app.", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workload_identity_is_the_token_in_its_file()
    {
        using var issuer = RSA.Create(2048);
        await using var tenant = await EntraTenant.StartAsync(app: App() with
        {
            Federation = new GraphFederation("https://oidc.cluster.example", "system:serviceaccount:hr:bridge", issuer.ExportSubjectPublicKeyInfoPem()),
        });
        using var good = new TemporaryFile(Encoding.ASCII.GetBytes(WorkloadToken(issuer, "system:serviceaccount:hr:bridge")));
        using var bad = new TemporaryFile(Encoding.ASCII.GetBytes(WorkloadToken(issuer, "system:serviceaccount:hr:other")));
        using var target = tenant.Open(o => o.Credential = OfWorkload(good.Path));
        using var stranger = tenant.Open(o => o.Credential = OfWorkload(bad.Path));
        using var none = tenant.Open(o => o.Credential = OfWorkload(good.Path + ".none"));

        Assert.IsType<Outcome.Gone>(await target.FindAsync(AccountKind.User, Key, None));
        Assert.IsType<Outcome.Stop>(await stranger.FindAsync(AccountKind.User, Key, None));
        Assert.IsType<Outcome.Stop>(await none.FindAsync(AccountKind.User, Key, None));
    }

    [Fact]
    public async Task Token_that_was_revoked_is_asked_for_again_and_one_that_never_was_good_is_not()
    {
        await using var tenant = await EntraTenant.StartAsync();
        using var target = tenant.Open();
        var id = Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None)).RemoteId!;

        tenant.State.RevokeTokens();

        Assert.Equal(new Outcome.Done(id), await target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: null, None));

        tenant.State.RevokeTokens();
        var many = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => target.FindAsync(AccountKind.User, Key, None)));
        Assert.All(many, found => Assert.Equal(new Outcome.Exists(id), found));

        tenant.State.Settings = new GraphSettings { TokenSeconds = -1 };
        tenant.State.RevokeTokens();
        tenant.Forget();
        Assert.Contains("refuses the token", Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, Key, None)).Reason, StringComparison.Ordinal);
        Assert.True(tenant.Calls.Count <= 3);
    }

    [Theory]
    [InlineData("wr0ng~secret", EntraTenant.ClientId, "AADSTS7000215. The client secret is wrong or has run out.")]
    [InlineData(EntraTenant.Secret, "11111111-2222-4333-8444-555555555555", "AADSTS700016. The tenant does not know the app")]
    public async Task Refused_credential_says_what_to_check_and_not_the_secret(string secret, string clientId, string reason)
    {
        await using var tenant = await EntraTenant.StartAsync();
        using var target = tenant.Open(o => (o.ClientId, o.Credential) = (clientId, new EntraCredentialOptions { Secret = new SecretReference { Value = secret } }));

        var said = Assert.IsType<Outcome.Stop>(await target.FindAsync(AccountKind.User, Key, None)).Reason;

        Assert.Contains(reason, said, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FaultKind.Error)]
    [InlineData(FaultKind.Throttle)]
    [InlineData(FaultKind.Reset)]
    [InlineData(FaultKind.Html)]
    public async Task Token_service_that_is_out_of_order_is_tried_again_and_nothing_was_touched(FaultKind kind)
    {
        await using var tenant = await EntraTenant.StartAsync();
        using var target = tenant.Open();
        tenant.State.Faults.Add(new FaultRule { Kind = kind, PathContains = "oauth2", Always = true, Status = 503, RetryAfterSeconds = 1 });

        var retry = Assert.IsType<Outcome.Retry>(await target.CreateAsync(User(), None));

        Assert.True(retry.Untouched);
        Assert.Empty(tenant.Calls);
        tenant.State.Faults.Clear();

        // As long as the token service has asked to wait, it is not asked.
        await Task.Delay(TimeSpan.FromSeconds(1.2));
        Assert.IsType<Outcome.Done>(await target.CreateAsync(User(), None));
    }

    [Fact]
    public async Task Permission_that_nobody_consented_to_stops_or_refuses()
    {
        await using var tenant = await EntraTenant.StartAsync(app: App() with { Secret = EntraTenant.Secret, Roles = ["User.Read.All"] });
        using var target = tenant.Open();
        var id = tenant.State.Add("user", Existing(Key));

        Assert.Equal(new Outcome.Exists(id), await target.FindAsync(AccountKind.User, Key, None));
        Assert.Contains("consent", Assert.IsType<Outcome.Stop>(await target.CreateAsync(User("new@corp.example") with { CorrelationKey = "x" }, None)).Reason, StringComparison.Ordinal);
        Assert.IsType<Outcome.Rejected>(await target.UpdateAsync(AccountKind.User, id, [Title("Lead")], active: null, None));
        Assert.IsType<Outcome.Stop>(await target.CreateAsync(Group(), None));
    }

    private static GraphApp App() => new(EntraTenant.ClientId, EntraTenant.LeastRoles);

    private static EntraCredentialOptions OfCertificate(string file, string? password) => new()
    {
        Certificate = new EntraCertificateOptions { File = file, Password = password is null ? null : new SecretReference { Value = password } },
    };

    private static EntraCredentialOptions OfWorkload(string file) => new() { WorkloadIdentity = new EntraWorkloadOptions { TokenFile = file } };

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=bridge", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    private static string Pem(X509Certificate2 certificate, string? password)
    {
        using var key = certificate.GetRSAPrivateKey()!;
        var secret = password is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        return certificate.ExportCertificatePem() + "\n" + secret;
    }

    private static string WorkloadToken(RSA key, string subject)
    {
        var header = Base64Url.EncodeToString("""{"alg":"RS256","typ":"JWT"}"""u8);
        var claims = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new JsonObject
        {
            ["iss"] = "https://oidc.cluster.example",
            ["sub"] = subject,
            ["aud"] = "api://AzureADTokenExchange",
            ["exp"] = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds(),
        }.ToJsonString()));
        return $"{header}.{claims}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    private sealed class TemporaryFile : IDisposable
    {
        public TemporaryFile(byte[] content) => File.WriteAllBytes(Path, content);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
