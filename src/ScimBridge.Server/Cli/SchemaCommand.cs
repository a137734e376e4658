using System.CommandLine;
using ScimBridge.Server.Hosting;

namespace ScimBridge.Server.Cli;

/// <summary><c>schema</c>: writes the JSON Schema of the configuration.</summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Writes the JSON Schema of bridge.json.");
        command.SetAction(_ =>
        {
            Console.Write(ConfigurationSchema.Text());
            return 0;
        });
        return command;
    }
}
