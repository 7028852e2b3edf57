internal import Foundation
internal import Glibc
package import POSIX
package import Store

/// A disk in memory that a test scripts: full, refusing, losing what was not synced. What the store asks of the kernel
/// is answered from here, so `OutputFolder` and `PartFile` run as they are:
///
///     let disk = MemoryDisk()
///     disk.capacity = 1 << 20
///     disk.refuse(.create, at: "roots", with: EACCES)
///     let output = OutputFolder(disk.start())
///
/// It can be used from any thread. With a script it is as deterministic as that is.
package final class MemoryDisk: @unchecked Sendable {
    // Everything below is touched with the lock held, also by what is in 'MemoryFolder.swift'.

    /// What a system call does, for those who script its failure.
    package enum Operation: CaseIterable, Sendable {
        case openFolder, makeFolder, look, open, create, read, write, truncate, lock
        case setAttribute, setTime, rename, remove, sync
    }

    /// Decides for each call whether it fails, and with which errno: nil lets it pass. Called in the order of the
    /// calls; the path is below the root, of a rename it is the new one.
    package typealias Script = @Sendable (_ operation: Operation, _ path: String) -> CInt?

    final class Node {
        let number: UInt64
        var bytes: [UInt8] = []
        var attributes: [String: String] = [:]
        var modified: Int64?
        var links: UInt64 = 1
        var isUnsynced = false
        /// What a power cut leaves of it.
        var synced: (bytes: [UInt8], attributes: [String: String]) = ([], [:])
        /// The open file that holds the lock.
        var holder: ObjectIdentifier?

        init(number: UInt64) { self.number = number }
    }

    /// A process that has the disk open. What it asks for once it is dead has no effect.
    final class Process {
        var isDead = false
    }

    struct Refusal {
        let operation: Operation
        let place: String?
        let code: CInt
        var passes: Int
        var times: Int

        func matches(_ operation: Operation, _ path: String) -> Bool {
            guard operation == self.operation else { return false }
            guard let place else { return true }
            return path == place || path.hasPrefix(place + "/")
        }
    }

    private let lock = NSLock()
    let script: Script?
    var refusals: [Refusal] = []
    private var processes: [Process] = []
    var names: [ExactText: Node] = [:]
    var folders: [ExactText: UInt64] = [ExactText(""): 1]
    var syncedNames: [ExactText: Node] = [:]
    var syncedFolders: [ExactText: UInt64] = [ExactText(""): 1]
    var unsynced: [Node] = []
    var paths: [UInt64: String] = [:]
    var lastNumber: UInt64 = 1
    var used: Int64 = 0
    private var boots = 1
    var limits = Limits()
    var counts: [Operation: Int] = [:]
    var begunWrites: [Range<Int64>] = []

    struct Limits {
        var capacity = Int64.max
        var largestFile = Int64.max
        var space: FreeSpace?
        var devices: [String: UInt] = [:]
        var isReadOnly = false
        var hasHardLinks = true
    }

    package init(script: Script? = nil) { self.script = script }

    func locked<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        lock.lock()
        defer { lock.unlock() }
        return try body()
    }

    // MARK: - What a test scripts

    /// How many bytes all files together may have; beyond it, a write is cut short and ends with ENOSPC.
    package var capacity: Int64 {
        get { locked { limits.capacity } }
        set { locked { limits.capacity = newValue } }
    }

    /// How many bytes one file may have; beyond it, EFBIG.
    package var largestFile: Int64 {
        get { locked { limits.largestFile } }
        set { locked { limits.largestFile = newValue } }
    }

    /// What the file system says of its free space, where that is not the truth.
    package var toldSpace: FreeSpace? {
        get { locked { limits.space } }
        set { locked { limits.space = newValue } }
    }

    /// Whether the root says that it is mounted read-only; the refusals are to be scripted beside.
    package var isReadOnly: Bool {
        get { locked { limits.isReadOnly } }
        set { locked { limits.isReadOnly = newValue } }
    }

    /// Whether a file may have a second name.
    package var hasHardLinks: Bool {
        get { locked { limits.hasHardLinks } }
        set { locked { limits.hasHardLinks = newValue } }
    }

    /// Folders that are file systems of their own, and those with it that lie below them.
    package var devices: [String: UInt] {
        get { locked { limits.devices } }
        set { locked { limits.devices = newValue } }
    }

    /// Lets an operation fail, `times` times after it has passed `passes` times.
    ///
    /// - Parameter place: a path, or a folder for all that lies below it; nil for all.
    package func refuse(
        _ operation: Operation, at place: String? = nil, with code: CInt, passing passes: Int = 0, times: Int = .max
    ) {
        locked {
            refusals.append(Refusal(operation: operation, place: place, code: code, passes: passes, times: times))
        }
    }

    /// From now on nothing is refused.
    package func heal() { locked { refusals = [] } }

    // MARK: - What a test sees and does

    /// The root, as a new process opens it.
    package func start() -> any StorageFolder {
        locked {
            let process = Process()
            processes.append(process)
            return MemoryFolder(self, process, "", 1)
        }
    }

    /// Which start of the machine this is.
    package var bootID: String { locked { "boot-\(boots)" } }

    /// The bytes under a name; nil where there is no such file.
    package subscript(path: String) -> [UInt8]? {
        get { locked { names[ExactText(path)]?.bytes } }
        set {
            locked {
                if let node = names.removeValue(forKey: ExactText(path)) { drop(node) }
                guard let newValue else { return }
                makeFolders(above: path)
                let node = makeNode(path)
                node.bytes = newValue
                node.synced.bytes = newValue
                used += Int64(newValue.count)
                syncedNames[ExactText(path)] = node
                syncedFolders = folders
            }
        }
    }

    /// All names of files, in order.
    package var files: [String] { locked { names.values.compactMap { paths[$0.number] }.sorted() } }

    /// The time that a file was given, in Unix seconds.
    package func modificationTime(of path: String) -> Int64? { locked { names[ExactText(path)]?.modified } }

    /// How often an operation was asked for, failures included.
    package func count(of operation: Operation) -> Int { locked { counts[operation] ?? 0 } }

    /// Which bytes of files the disk was asked to begin with, before a sync.
    package var writesBegun: [Range<Int64>] { locked { begunWrites } }

    /// Removes a folder and all below it, as another process may at any time.
    package func removeFolder(_ path: String) {
        locked {
            for (name, node) in names where paths[node.number].map({ $0.hasPrefix(path + "/") }) ?? false {
                names[name] = nil
                drop(node)
            }
            folders[ExactText(path)] = nil
        }
    }

    /// Kills all processes: their locks are gone, and what they held in memory; what was written stays.
    package func kill() { locked { end() } }

    /// Cuts the power: what was not synced is lost.
    ///
    /// - Parameters:
    ///   - keepingNames: whether renames are on the disk, while the bytes behind them are not: as file systems may do.
    ///   - keeps: whether the bytes of a file are there all the same.
    package func cutPower(keepingNames: Bool = false, keeping keeps: (_ path: String) -> Bool = { _ in false }) {
        locked {
            end()
            boots += 1
            for node in unsynced {
                node.isUnsynced = false
                if keeps(paths[node.number] ?? "") {
                    node.synced = (node.bytes, node.attributes)
                } else {
                    (node.bytes, node.attributes) = node.synced
                }
            }
            unsynced = []
            if keepingNames {
                (syncedNames, syncedFolders) = (names, folders)
            } else {
                (names, folders) = (syncedNames, syncedFolders)
                for (name, node) in names {
                    paths[node.number] = name.description
                    (node.holder, node.links) = (nil, 1)
                }
            }
            used = names.values.reduce(0) { $0 + Int64($1.bytes.count) }
        }
    }

    private func end() {
        for process in processes { process.isDead = true }
        processes = []
        for node in names.values { node.holder = nil }
    }
}
