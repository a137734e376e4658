namespace ScimBridge.Connectors.Sources.Folder;

/// <summary>What a file has in it.</summary>
public enum FolderMode
{
    /// <summary>Everybody.</summary>
    Full = 0,

    /// <summary>Those who changed.</summary>
    Delta,
}
