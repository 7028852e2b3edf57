import Glibc
import Inventory
import NDJSON
import POSIX
import Records
import ToolSupport

/// Prints files as lines: `path`, and `bytes` of a plain one.
struct EntryPrinter: ~Copyable {
    private var output = LineOutput()

    mutating func print(_ path: String, bytes: Int64?) throws(SystemError) {
        add(path, bytes: bytes)
        try output.lineEnded()
    }

    /// Called after one or more lines were added.
    mutating func lineEnded() throws(SystemError) { try output.lineEnded() }

    mutating func add(_ path: String, bytes: Int64?) {
        output.buffer.open()
        output.buffer.add(Field.path, path)
        if let bytes { output.buffer.add(Field.bytes, bytes) }
        output.buffer.close()
    }

    mutating func flush() throws(SystemError) { try output.flush() }
}

extension FolderWalk.Entry {
    /// As it is shown; what is not UTF-8 is repaired.
    var text: String { String(decoding: path, as: UTF8.self) }

    /// What an unfinished fetch left behind (tf-fetch(1)).
    var isPart: Bool { isPlainFile && name.suffix(5).elementsEqual(".part".utf8) }

    /// Throws EBUSY where another process is writing it.
    func removeUnlessLocked() throws(SystemError) {
        let name = String(decoding: name, as: UTF8.self)
        let file = try folder.open(name, .reading)
        guard try file.tryLock() else { throw SystemError("is being fetched and is left alone", code: EBUSY) }
        try folder.remove(name)
    }
}
