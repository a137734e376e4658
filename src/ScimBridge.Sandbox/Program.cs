namespace ScimBridge.Sandbox; internal static class Program { public static void Main() { } }
