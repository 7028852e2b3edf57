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
    // Everything below is touched with the lock held.

    /// What a system call does, for those who script its failure.
    package enum Operation: CaseIterable, Sendable {
        case openFolder, makeFolder, look, open, create, read, write, truncate, lock
        case setAttribute, setTime, rename, remove, sync
    }

    /// Decides for each call whether it fails, and with which errno: nil lets it pass. Called in the order of the
    /// calls; the path is below the root, of a rename it is the new one.
    package typealias Script = @Sendable (_ operation: Operation, _ path: String) -> CInt?

    fileprivate final class Node {
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
    fileprivate final class Process {
        var isDead = false
    }

    private struct Refusal {
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
    private let script: Script?
    private var refusals: [Refusal] = []
    private var processes: [Process] = []
    private var names: [ExactText: Node] = [:]
    private var folders: [ExactText: UInt64] = [ExactText(""): 1]
    private var syncedNames: [ExactText: Node] = [:]
    private var syncedFolders: [ExactText: UInt64] = [ExactText(""): 1]
    private var unsynced: [Node] = []
    private var paths: [UInt64: String] = [:]
    private var lastNumber: UInt64 = 1
    private var used: Int64 = 0
    private var boots = 1
    private var limits = Limits()
    private var counts: [Operation: Int] = [:]

    private struct Limits {
        var capacity = Int64.max
        var largestFile = Int64.max
        var space: FreeSpace?
        var devices: [String: UInt] = [:]
        var isReadOnly = false
    }

    package init(script: Script? = nil) { self.script = script }

    fileprivate func locked<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
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

// MARK: - What the open folders and files ask for, with the lock held

extension MemoryDisk {
    fileprivate func check(_ operation: Operation, _ path: String, _ process: Process) throws(SystemError) {
        guard !process.isDead else { throw SystemError("cannot do anything in a process that has ended", code: EBADF) }
        counts[operation, default: 0] += 1
        var code = script?(operation, path)
        for index in refusals.indices where code == nil && refusals[index].matches(operation, path) {
            guard refusals[index].passes == 0 else {
                refusals[index].passes -= 1
                continue
            }
            guard refusals[index].times > 0 else { continue }
            refusals[index].times -= 1
            code = refusals[index].code
        }
        if let code { throw SystemError("cannot \(operation) '\(path)'", code: code) }
    }

    fileprivate func node(_ path: String) -> Node? { names[ExactText(path)] }

    fileprivate func folderNumber(_ path: String) -> UInt64? { folders[ExactText(path)] }

    fileprivate func makeNode(_ path: String) -> Node {
        lastNumber += 1
        let node = Node(number: lastNumber)
        names[ExactText(path)] = node
        paths[node.number] = path
        return node
    }

    fileprivate func makeFolder(_ path: String) {
        lastNumber += 1
        folders[ExactText(path)] = lastNumber
    }

    private func makeFolders(above path: String) {
        var place = ""
        for component in path.split(separator: "/").dropLast() {
            place += (place.isEmpty ? "" : "/") + component
            if folders[ExactText(place)] == nil { makeFolder(place) }
        }
    }

    /// A name of it is gone.
    fileprivate func drop(_ node: Node) {
        node.links = 0
        used -= Int64(node.bytes.count)
    }

    fileprivate func remove(_ path: String) throws(SystemError) {
        guard let node = names.removeValue(forKey: ExactText(path)) else {
            throw SystemError("cannot remove '\(path)'", code: ENOENT)
        }
        drop(node)
    }

    fileprivate func rename(_ from: String, to: String) throws(SystemError) {
        guard let node = names.removeValue(forKey: ExactText(from)) else {
            throw SystemError("cannot rename '\(from)' to '\(to)'", code: ENOENT)
        }
        if let replaced = names[ExactText(to)] { drop(replaced) }
        names[ExactText(to)] = node
        paths[node.number] = to
    }

    fileprivate func write(_ bytes: [UInt8], at offset: Int, to node: Node) throws(SystemError) {
        let isNamed = node.links > 0
        let end = Int64(offset + bytes.count)
        let growth = max(0, end - Int64(node.bytes.count))
        let room = isNamed ? min(growth, max(0, limits.capacity - used)) : growth
        let most = min(limits.largestFile, Int64(node.bytes.count) + room)
        let taken = Int(max(0, min(end, max(most, Int64(node.bytes.count))) - Int64(offset)))
        noteChange(of: node)
        let before = node.bytes.count
        if offset > before { node.bytes += [UInt8](repeating: 0, count: offset - before) }
        node.bytes.replaceSubrange(offset..<min(offset + taken, node.bytes.count), with: bytes.prefix(taken))
        if isNamed { used += Int64(node.bytes.count - before) }
        guard taken < bytes.count else { return }
        throw SystemError("cannot write a file", code: end > limits.largestFile ? EFBIG : ENOSPC)
    }

    fileprivate func truncate(_ node: Node, to length: Int) {
        noteChange(of: node)
        let before = node.bytes.count
        node.bytes = node.bytes.prefix(length) + [UInt8](repeating: 0, count: max(0, length - before))
        if node.links > 0 { used += Int64(length - before) }
    }

    fileprivate func noteChange(of node: Node) {
        if !node.isUnsynced { unsynced.append(node) }
        node.isUnsynced = true
    }

    fileprivate func sync() {
        for node in unsynced { (node.synced, node.isUnsynced) = ((node.bytes, node.attributes), false) }
        unsynced = []
        (syncedNames, syncedFolders) = (names, folders)
    }

    fileprivate func device(of path: String) -> UInt {
        limits.devices.filter { path == $0.key || path.hasPrefix($0.key + "/") }
            .max { $0.key.utf8.count < $1.key.utf8.count }?.value ?? 1
    }

    fileprivate var space: FreeSpace {
        limits.space ?? FreeSpace(bytes: limits.capacity == .max ? .max : max(0, limits.capacity - used))
    }

    fileprivate func status(of node: Node, _ path: String) -> stat {
        var status = stat()
        status.st_ino = numericCast(node.number)
        status.st_nlink = numericCast(node.links)
        status.st_size = numericCast(node.bytes.count)
        status.st_mode = S_IFREG | 0o644
        status.st_dev = numericCast(device(of: path))
        return status
    }
}

private final class MemoryFolder: StorageFolder, @unchecked Sendable {
    private let disk: MemoryDisk
    private let process: MemoryDisk.Process
    private let path: String
    private let number: UInt64

    init(_ disk: MemoryDisk, _ process: MemoryDisk.Process, _ path: String, _ number: UInt64) {
        (self.disk, self.process, self.path, self.number) = (disk, process, path, number)
    }

    private func place(_ name: String) -> String { path.isEmpty ? name : path + "/" + name }

    /// A folder that was removed while it is open takes no entries any more.
    private func checkThere() throws(SystemError) {
        guard disk.folderNumber(path) == number else { throw SystemError("cannot find folder '\(path)'", code: ENOENT) }
    }

    var device: UInt { disk.locked { disk.device(of: path) } }

    var freeSpace: FreeSpace { disk.locked { disk.space } }

    var isReadOnly: Bool { disk.isReadOnly }

    func subfolder(_ path: String, links: Folder.Links) throws(SystemError) -> any StorageFolder {
        try disk.locked { () throws(SystemError) in
            let place = place(path)
            try disk.check(.openFolder, place, process)
            guard let number = disk.folderNumber(place) else {
                throw SystemError("cannot open folder '\(path)'", code: disk.node(place) == nil ? ENOENT : ENOTDIR)
            }
            return MemoryFolder(disk, process, place, number)
        }
    }

    func makeFolder(_ name: String) throws(SystemError) -> Bool {
        try disk.locked { () throws(SystemError) in
            let place = place(name)
            if disk.folderNumber(place) != nil || disk.node(place) != nil { return false }
            try disk.check(.makeFolder, place, process)
            try checkThere()
            disk.makeFolder(place)
            return true
        }
    }

    func file(_ name: String, _ mode: Folder.Mode) throws(SystemError) -> any StorageFile {
        try disk.locked { () throws(SystemError) in
            let place = place(name)
            let there = disk.node(place)
            if mode == .creating && there != nil { throw SystemError("cannot open '\(name)'", code: EEXIST) }
            try disk.check(mode == .creating ? .create : .open, place, process)
            try checkThere()
            guard let node = there ?? (mode == .creating ? disk.makeNode(place) : nil) else {
                throw SystemError("cannot open '\(name)'", code: ENOENT)
            }
            return MemoryFile(disk, process, node, place)
        }
    }

    func status(_ name: String) throws(SystemError) -> stat? {
        try disk.locked { () throws(SystemError) in
            try disk.check(.look, place(name), process)
            return disk.node(place(name)).map { disk.status(of: $0, place(name)) }
        }
    }

    func rename(_ from: String, to: String) throws(SystemError) {
        try disk.locked { () throws(SystemError) in
            try disk.check(.rename, place(to), process)
            try disk.rename(place(from), to: place(to))
        }
    }

    func renameToNew(_ from: String, to: String) throws(SystemError) -> Bool {
        try disk.locked { () throws(SystemError) in
            try disk.check(.rename, place(to), process)
            guard disk.node(place(to)) == nil else { return false }
            try disk.rename(place(from), to: place(to))
            return true
        }
    }

    func remove(_ name: String) throws(SystemError) {
        try disk.locked { () throws(SystemError) in
            try disk.check(.remove, place(name), process)
            try disk.remove(place(name))
        }
    }

    func syncFileSystem() throws(SystemError) {
        try disk.locked { () throws(SystemError) in
            try disk.check(.sync, path, process)
            disk.sync()
        }
    }
}

private final class MemoryFile: StorageFile, @unchecked Sendable {
    private let disk: MemoryDisk
    private let process: MemoryDisk.Process
    private let node: MemoryDisk.Node
    private let path: String

    init(_ disk: MemoryDisk, _ process: MemoryDisk.Process, _ node: MemoryDisk.Node, _ path: String) {
        (self.disk, self.process, self.node, self.path) = (disk, process, node, path)
    }

    deinit {
        disk.locked { if node.holder == ObjectIdentifier(self) { node.holder = nil } }
    }

    private func asked<Result>(
        _ operation: MemoryDisk.Operation, _ body: () throws(SystemError) -> Result
    ) throws(SystemError) -> Result {
        try disk.locked { () throws(SystemError) in
            try disk.check(operation, path, process)
            return try body()
        }
    }

    func plainStatus(_ name: String) throws(SystemError) -> stat { try asked(.look) { disk.status(of: node, path) } }

    func read(at offset: Int64, count: Int) throws(SystemError) -> [UInt8] {
        try asked(.read) { Array(node.bytes.dropFirst(Int(offset)).prefix(count)) }
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(SystemError) {
        try asked(.write) { () throws(SystemError) in try disk.write(Array(bytes), at: Int(offset), to: node) }
    }

    func truncate(to length: Int64) throws(SystemError) {
        try asked(.truncate) { disk.truncate(node, to: Int(length)) }
    }

    func tryLock() throws(SystemError) -> Bool {
        try asked(.lock) {
            guard node.holder == nil || node.holder == ObjectIdentifier(self) else { return false }
            node.holder = ObjectIdentifier(self)
            return true
        }
    }

    func attribute(_ name: String) -> String? { disk.locked { node.attributes[name] } }

    func setAttribute(_ name: String, _ value: String?) throws(SystemError) {
        try asked(.setAttribute) {
            disk.noteChange(of: node)
            node.attributes[name] = value
        }
    }

    func setModificationTime(_ seconds: Int64) throws(SystemError) { try asked(.setTime) { node.modified = seconds } }
}
