namespace ScimBridge.Sandbox.Tests;

public sealed class ProgramTests
{
    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "many")]
    [InlineData("--port", "70000")]
    [InlineData("--token", "secret")]
    [InlineData("--help", "me")]
    public void Arguments_that_make_no_sense_end_with_2(params string[] args) =>
        Assert.Equal(2, typeof(SandboxHost).Assembly.EntryPoint!.Invoke(null, [args]));
}
