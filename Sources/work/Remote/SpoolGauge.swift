internal import Glibc
internal import Inventory
internal import POSIX
internal import Records

/// How much is in the spool, by a walk over it: only that tells of the files which no line has named yet, and of the
/// parts that grow. The walk takes a twentieth of the time at most, however many folders there are.
struct SpoolGauge {
    private let root: Folder
    private let clock: any Clock
    private var room = SpoolRoom()
    private var measuredAt = -Double.infinity
    private var cost = 0.0
    private var files = 0
    private var bytes: Int64 = 0
    private var largest: Int64 = 0
    /// The most that was seen.
    private(set) var most: Int64 = 0

    private static let timesCost = 20.0

    init(_ root: Folder, clock: any Clock) { (self.root, self.clock) = (root, clock) }

    /// A file has this size: others will be like it.
    mutating func note(fileOf size: Int64) {
        files += 1
        bytes &+= size
        largest = max(largest, size)
    }

    /// What may be in it before a line that is not read holds tf-fetch back.
    mutating func expected() -> Int64 {
        let now = clock.monotonic
        if now - measuredAt >= cost * Self.timesCost { measure(now) }
        return room.expected(mean: bytes / Int64(max(1, files)), largest: largest)
    }

    private mutating func measure(_ now: Double) {
        var seen = SpoolRoom()
        // What goes away meanwhile need not be counted.
        FolderWalk(root, leavingOut: RecordPath.stateFolder) { _, _ in }.visit { entry in
            guard entry.isPlainFile else { return }
            let size = Int64(entry.status.st_size)
            seen.bytes &+= size
            guard entry.name.suffix(RecordPath.partSuffix.utf8.count).elementsEqual(RecordPath.partSuffix.utf8) else {
                return
            }
            seen.parts += 1
            seen.partBytes &+= size
        }
        room = seen
        most = max(most, room.bytes)
        measuredAt = clock.monotonic
        cost = measuredAt - now
    }
}
