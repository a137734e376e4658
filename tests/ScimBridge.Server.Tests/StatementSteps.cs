using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace ScimBridge.Server.Tests;

/// <summary>
/// Counts what SQLite does for each statement on one database, in steps of its virtual machine: a measure of work that no other load on the machine
/// changes. It sees connections that are opened after <see cref="Prepare"/>.
/// </summary>
internal sealed partial class StatementSteps : IDisposable
{
    private const uint Profile = 2;
    private const int VirtualMachineSteps = 4;
    private const string Library = "e_sqlite3";

    // Kept here, because SQLite goes on calling them.
    private static readonly OpenedHandler Opened = OnOpened;
    private static readonly EndedHandler Ended = OnEnded;
    private static readonly ConcurrentDictionary<string, StatementSteps> Watched = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly ConcurrentDictionary<string, long> _steps = new(StringComparer.Ordinal);

    private static readonly Lazy<int> Prepared = new(() =>
    {
        SQLitePCL.Batteries_V2.Init();
        return AutoExtension(Marshal.GetFunctionPointerForDelegate(Opened));
    });

    public StatementSteps(string path)
    {
        _path = path;
        Watched[path] = this;
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int OpenedHandler(nint database, nint error, nint routines);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int EndedHandler(uint kind, nint context, nint statement, nint detail);

    /// <summary>Has SQLite tell of each statement, for all connections of the process that are opened from here on.</summary>
    public static void Prepare() => Assert.Equal(0, Prepared.Value);

    /// <summary>The steps by statement since the last time, and none from here on.</summary>
    public Dictionary<string, long> Take()
    {
        var taken = _steps.ToDictionary(StringComparer.Ordinal);
        _steps.Clear();
        return taken;
    }

    public void Dispose() => Watched.TryRemove(_path, out _);

    private static int OnOpened(nint database, nint error, nint routines) =>
        Trace(database, Profile, Marshal.GetFunctionPointerForDelegate(Ended), 0);

    private static int OnEnded(uint kind, nint context, nint statement, nint detail)
    {
        if (Marshal.PtrToStringUTF8(FileName(DatabaseOf(statement), "main")) is { } path && Watched.TryGetValue(path, out var watch)
            && Marshal.PtrToStringUTF8(Sql(statement)) is { } sql)
        {
            var steps = Status(statement, VirtualMachineSteps, 1);
            watch._steps.AddOrUpdate(sql, steps, (_, before) => before + steps);
        }

        return 0;
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_auto_extension")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int AutoExtension(nint entry);

    [LibraryImport(Library, EntryPoint = "sqlite3_trace_v2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int Trace(nint database, uint mask, nint callback, nint context);

    [LibraryImport(Library, EntryPoint = "sqlite3_stmt_status")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial int Status(nint statement, int what, int reset);

    [LibraryImport(Library, EntryPoint = "sqlite3_sql")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial nint Sql(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_handle")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial nint DatabaseOf(nint statement);

    [LibraryImport(Library, EntryPoint = "sqlite3_db_filename", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories | DllImportSearchPath.AssemblyDirectory)]
    private static partial nint FileName(nint database, string name);
}
