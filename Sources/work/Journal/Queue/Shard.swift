internal import Glibc
package import NDJSON
package import POSIX
internal import Records

/// One of N parts of all paths. Which one a path is in depends on nothing but the path and N, on every machine and in
/// every version: the FNV-1a hash of its bytes, of 64 bits, modulo N.
package struct Shard: Equatable, Sendable {
    /// From 1 to `count`.
    package let number: Int
    package let count: Int

    package static let mostShards = 100_000

    /// As it is written: `3/10`. Nil where it is not that.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
            (1...Self.mostShards).contains(count), number >= 1, number <= count
        else { return nil }
        (self.number, self.count) = (number, count)
    }

    package static func number(of path: UnsafeRawBufferPointer, of count: Int) -> Int {
        Int(StableHash.of(path) % UInt64(count)) + 1
    }

    func has(_ path: UnsafeRawBufferPointer) -> Bool { Self.number(of: path, of: count) == number }
}

/// Where records are printed to: standard output, or the files of shards.
package struct QueueOutput: ~Copyable {
    var lines: LineOutput
    private var shards: ShardFiles?

    package init(_ lines: consuming LineOutput) { self.lines = lines }

    package init(_ shards: consuming ShardFiles) {
        lines = LineOutput()
        self.shards = shards
    }

    var isSplit: Bool { shards != nil }

    /// Where the record with this path belongs.
    func place(of path: UnsafeRawBufferPointer?) -> Int {
        guard let path, let shards else { return 0 }
        return Shard.number(of: path, of: shards.count)
    }

    /// Adds a line at its place.
    mutating func add(at place: Int, _ fill: (inout LineBuffer) -> Void) throws(SystemError) {
        guard place > 0 else {
            fill(&lines.buffer)
            return try lines.lineEnded()
        }
        try shards?.add(to: place, fill)
    }

    /// Called before what could wait.
    mutating func flush() throws(SystemError) { try lines.flush() }

    mutating func finish() throws(SystemError) {
        try lines.flush()
        try shards?.finish()
    }
}

/// The files `shard-1.ndjson` and so on of a folder, which is there when all of them are whole. A shard without records
/// has an empty file, so that whoever counts them misses none.
package struct ShardFiles {
    /// Sent to the disk at this size: all of them together take 64 MiB at most.
    private let limit: Int
    private let path: String
    private let folder: Folder
    private var buffers: [LineBuffer]
    private var sizes: [Int64]

    var count: Int { buffers.count }

    /// - Parameter path: of the folder, which is still to be made, or empty: shards that are there may be in use.
    package init(_ count: Int, in path: String) throws(SystemError) {
        self.path = path
        limit = min(65536, max(640, (64 << 20) / count))
        buffers = Array(repeating: LineBuffer(), count: count)
        sizes = Array(repeating: 0, count: count)
        if let known = try Self.folderIfAny(path), try !known.names().isEmpty {
            throw SystemError("cannot write shards: '\(path)'", code: ENOTEMPTY)
        }
        if mkdir(Self.unfinished(path), 0o777) != 0 && errno != EEXIST {
            throw SystemError("cannot make folder '\(Self.unfinished(path))'")
        }
        folder = try Folder(Self.unfinished(path))
        // What a split left that was killed.
        for name in try folder.names() { try folder.remove(String(decoding: name, as: UTF8.self)) }
        for number in 1...count { _ = try folder.open(Self.name(number), .creating) }
    }

    private static func folderIfAny(_ path: String) throws(SystemError) -> Folder? {
        do throws(SystemError) { return try Folder(path) } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
    }

    private static func unfinished(_ path: String) -> String {
        var path = path
        while path.count > 1 && path.hasSuffix("/") { path.removeLast() }
        return path + ".new"
    }

    private static func name(_ number: Int) -> String { "shard-\(number).ndjson" }

    fileprivate mutating func add(to number: Int, _ fill: (inout LineBuffer) -> Void) throws(SystemError) {
        fill(&buffers[number - 1])
        if buffers[number - 1].count >= limit { try write(number) }
    }

    private mutating func write(_ number: Int) throws(SystemError) {
        let bytes = buffers[number - 1].bytes
        guard !bytes.isEmpty else { return }
        let file = try folder.open(Self.name(number), .updating)
        try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in
            try file.write(UnsafeRawBufferPointer(bytes), at: sizes[number - 1])
        }
        sizes[number - 1] += Int64(bytes.count)
        buffers[number - 1].removeAll()
    }

    fileprivate mutating func finish() throws(SystemError) {
        for number in 1...count { try write(number) }
        try folder.syncFileSystem()
        guard rename(Self.unfinished(path), path) == 0 else { throw SystemError("cannot make folder '\(path)'") }
    }
}
