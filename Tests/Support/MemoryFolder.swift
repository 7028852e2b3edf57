internal import Glibc
internal import POSIX
internal import Store

/// What the open folders and files ask the disk for, with the lock held.
extension MemoryDisk {
    func check(_ operation: Operation, _ path: String, _ process: Process) throws(SystemError) {
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

    func node(_ path: String) -> Node? { names[ExactText(path)] }

    func folderNumber(_ path: String) -> UInt64? { folders[ExactText(path)] }

    func makeNode(_ path: String) -> Node {
        lastNumber += 1
        let node = Node(number: lastNumber)
        names[ExactText(path)] = node
        paths[node.number] = path
        return node
    }

    func makeFolder(_ path: String) {
        lastNumber += 1
        folders[ExactText(path)] = lastNumber
    }

    func makeFolders(above path: String) {
        var place = ""
        for component in path.split(separator: "/").dropLast() {
            place += (place.isEmpty ? "" : "/") + component
            if folders[ExactText(place)] == nil { makeFolder(place) }
        }
    }

    /// A name of it is gone.
    func drop(_ node: Node) {
        node.links -= 1
        if node.links == 0 { used -= Int64(node.bytes.count) }
    }

    func remove(_ path: String) throws(SystemError) {
        guard let node = names.removeValue(forKey: ExactText(path)) else {
            throw SystemError("cannot remove '\(path)'", code: ENOENT)
        }
        drop(node)
    }

    func rename(_ from: String, to: String) throws(SystemError) {
        guard let node = names.removeValue(forKey: ExactText(from)) else {
            throw SystemError("cannot rename '\(from)' to '\(to)'", code: ENOENT)
        }
        if let replaced = names[ExactText(to)] { drop(replaced) }
        names[ExactText(to)] = node
        paths[node.number] = to
    }

    func write(_ bytes: [UInt8], at offset: Int, to node: Node) throws(SystemError) {
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

    func truncate(_ node: Node, to length: Int) {
        noteChange(of: node)
        let before = node.bytes.count
        node.bytes = node.bytes.prefix(length) + [UInt8](repeating: 0, count: max(0, length - before))
        if node.links > 0 { used += Int64(length - before) }
    }

    func noteChange(of node: Node) {
        if !node.isUnsynced { unsynced.append(node) }
        node.isUnsynced = true
    }

    func sync() {
        for node in unsynced { (node.synced, node.isUnsynced) = ((node.bytes, node.attributes), false) }
        unsynced = []
        (syncedNames, syncedFolders) = (names, folders)
    }

    func device(of path: String) -> UInt {
        limits.devices.filter { path == $0.key || path.hasPrefix($0.key + "/") }
            .max { $0.key.utf8.count < $1.key.utf8.count }?.value ?? 1
    }

    var space: FreeSpace {
        limits.space ?? FreeSpace(bytes: limits.capacity == .max ? .max : max(0, limits.capacity - used))
    }

    func status(of node: Node, _ path: String) -> stat {
        var status = stat()
        status.st_ino = numericCast(node.number)
        status.st_nlink = numericCast(node.links)
        status.st_size = numericCast(node.bytes.count)
        status.st_mode = S_IFREG | 0o644
        status.st_mtim.tv_sec = numericCast(node.modified ?? 0)
        status.st_dev = numericCast(device(of: path))
        return status
    }
}

/// An open folder of a `MemoryDisk`.
final class MemoryFolder: StorageFolder, @unchecked Sendable {
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

    func addName(
        _ name: String, in folder: any StorageFolder, _ other: String, movesIfNeeded: Bool
    ) throws(SystemError) {
        try disk.locked { () throws(SystemError) in
            guard let folder = folder as? MemoryFolder else { return }
            try disk.check(.rename, folder.place(other), process)
            guard disk.node(folder.place(other)) == nil else {
                throw SystemError("cannot link '\(name)'", code: EEXIST)
            }
            guard let node = disk.node(place(name)) else { throw SystemError("cannot link '\(name)'", code: ENOENT) }
            guard disk.limits.hasHardLinks else { return try disk.rename(place(name), to: folder.place(other)) }
            node.links += 1
            disk.names[ExactText(folder.place(other))] = node
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

/// An open file of a `MemoryDisk`.
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

    func beginWriting(from offset: Int64, count: Int64) {
        disk.locked { disk.begunWrites.append(offset..<offset + count) }
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
