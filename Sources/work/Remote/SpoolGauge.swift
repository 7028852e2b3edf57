internal import Glibc
internal import Inventory
internal import POSIX
internal import Records

/// How much is in the spool, and whether more may come. tf-fetch starts a file for each line that it can write, so not
/// to read its lines is what holds it back. What it has begun by then it also ends.
struct SpoolRoom: Equatable {
    /// Of all files, parts of unfinished ones included.
    var bytes: Int64 = 0
    /// How many of them are parts.
    var parts = 0
    var partBytes: Int64 = 0
    /// Lines that were read since: each lets one more file begin.
    var letIn: Int64 = 0
    /// Bytes that were removed since.
    var removed: Int64 = 0

    /// What may be in the spool before a line is read that lets more come: its parts will be whole files, and so will
    /// what is started until tf-fetch has to wait.
    ///
    /// - Parameters:
    ///   - mean: of the files' sizes so far.
    ///   - largest: of them.
    ///   - linesAhead: how many lines a pipe holds: for each of them tf-fetch starts another file.
    func expected(mean: Int64, largest: Int64, linesAhead: Int64) -> Int64 {
        let growth = max(0, Int64(parts) * mean - partBytes)
        return max(0, bytes + letIn * mean - removed) + growth + linesAhead * mean + largest
    }
}

/// How much is in the spool, by a walk over it: only that tells of the files which no line has named yet, and of the
/// parts that grow. The walk takes a twentieth of the time at most, however many folders there are.
struct SpoolGauge {
    private let root: Folder
    private let clock: any Clock
    private var room = SpoolRoom()
    private var measuredAt = -Double.infinity
    private var cost = 0.0
    private var files: Int64 = 0
    private var lineBytes: Int64 = 0
    private var bytes: Int64 = 0
    private var largest: Int64 = 0
    /// Removed so far.
    private var removed: Int64 = 0
    /// What was in it, and had been removed, when it last held back.
    private var hold: (bytes: Int64, removed: Int64)?
    /// The most that still came after it held back; nil: it never did.
    private var ahead: Int64?
    /// The most that was seen.
    private(set) var most: Int64 = 0

    private static let timesCost = 20.0
    /// Bytes of a pipe that was shrunk.
    private static let pipe: Int64 = 4096

    init(_ root: Folder, clock: any Clock) { (self.root, self.clock) = (root, clock) }

    /// A file has this size, and its line this length: others will be like it.
    mutating func note(fileOf size: Int64, line: Int) {
        files += 1
        lineBytes &+= Int64(line)
        bytes &+= size
        largest = max(largest, size)
        room.letIn += 1
    }

    mutating func noteRemoval(of size: Int64) {
        removed &+= size
        room.removed &+= size
    }

    /// Whether one more line may be read, so that more may come. The first time it holds back at half of the limit, to
    /// learn how much comes all the same: tf-fetch goes on while it writes its files to the disk.
    mutating func mayLetIn(limit: Int64) -> Bool {
        let now = clock.monotonic
        if now - measuredAt >= cost * Self.timesCost { measure(now) }
        let count = max(1, files)
        let expected = room.expected(
            mean: bytes / count, largest: largest, linesAhead: Self.pipe / max(1, lineBytes / count) + 1)
        let mayLetIn = max(expected, room.bytes + (ahead ?? 0)) <= (ahead == nil ? limit / 2 : limit)
        if mayLetIn {
            hold = nil
        } else if hold == nil {
            hold = (room.bytes, removed)
            ahead = ahead ?? 0
        }
        return mayLetIn
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
        if let hold, let known = ahead { ahead = max(known, room.bytes + removed - hold.removed - hold.bytes) }
        measuredAt = clock.monotonic
        cost = measuredAt - now
    }
}
