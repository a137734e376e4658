using ScimBridge.Server.Cli;

return await CommandLine.RunAsync(args);
