/// Folders that this run has made: what it has not begun in them is not there, and need not be looked for.
struct FreshFolders {
    private var folders: Set<ExactText> = []
    /// Hashes of the paths that were begun in them; two paths with one hash cost a look.
    private var begun: Set<Int> = []

    /// Some MB at most, whatever the number of files.
    private static let mostBegun = 100_000

    mutating func add(_ folder: String) { folders.insert(ExactText(folder)) }

    /// A file is about to be there.
    mutating func begin(_ path: RelativePath) {
        guard folders.contains(ExactText(path.folder)) else { return }
        begun.insert(ExactText(path.text).hashValue)
        if begun.count >= Self.mostBegun { forget() }
    }

    /// Whether there is no such file for sure, as long as nobody else writes there.
    func lacks(_ path: RelativePath) -> Bool {
        folders.contains(ExactText(path.folder)) && !begun.contains(ExactText(path.text).hashValue)
    }

    /// They are looked at as any others.
    mutating func forget() { self = FreshFolders() }
}
