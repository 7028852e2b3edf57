internal import Glibc
internal import Inventory
internal import POSIX
internal import Records
internal import Store

/// The folder in which files wait for the store, and from which they go once their lines are written.
struct Spool {
    private let settings: StoreSettings
    private let folder: OutputFolder
    private let root: Folder
    private var gauge: SpoolGauge
    /// Files whose lines are still to be written: then they go.
    private var removable: [StoreLine] = []
    /// Whose files stay, since they could not be stored.
    private var kept: Set<ExactText> = []

    init(_ settings: StoreSettings, clock: any Clock) throws(SystemError) {
        self.settings = settings
        folder = try OutputFolder(settings.spool)
        root = try Folder(settings.spool)
        gauge = SpoolGauge(root, clock: clock)
    }

    /// Nil where there is no such file.
    func size(of path: RelativePath) throws(TryError) -> Int64? {
        guard let file = try folder.open(path) else { return nil }
        do throws(SystemError) { return Int64(try file.plainStatus(path.name).st_size) } catch {
            throw TryError(disk: error, at: .entry)
        }
    }

    func lacks(_ path: RelativePath) -> Bool {
        do throws(TryError) { return try size(of: path) == nil } catch { return false }
    }

    // MARK: - How much is in it

    /// The most that was seen, in bytes.
    var most: Int64 { gauge.most }

    /// A file has this size, and its line this length.
    mutating func note(fileOf size: Int64, line: Int) { gauge.note(fileOf: size, line: line) }

    /// Whether one more line may be read, so that more files may come.
    mutating func mayLetIn() -> Bool { settings.spoolSize.map { gauge.mayLetIn(limit: $0) } ?? true }

    // MARK: - What goes

    mutating func noteStored(_ line: StoreLine) {
        if settings.moves && line.spooled != nil { removable.append(line) }
    }

    mutating func keep(_ path: RelativePath) { kept.insert(path.exact) }

    /// Called when the lines of what is stored are written.
    mutating func removeStored() {
        for line in removable {
            try? folder.folder(of: line.found, making: false)?.remove(line.found.name)
            gauge.noteRemoval(of: line.spooled ?? 0)
        }
        removable.removeAll(keepingCapacity: true)
    }

    /// Removes what an earlier run had stored. Returns how many files.
    func removeLeftovers(_ calls: CallsInTurn) -> Int {
        guard settings.moves else { return 0 }
        let leftovers = SpoolLeftovers(settings: settings, calls: calls, folder: folder)
        return leftovers.remove(below: root, keeping: kept)
    }
}
