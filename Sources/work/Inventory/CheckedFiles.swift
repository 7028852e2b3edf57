internal import Glibc
internal import NDJSON
package import POSIX
internal import Records

/// Which files a long check has found whole so far, in a file of its own: a check that was killed goes on behind them.
package final class CheckedFiles {
    private let path: String
    private let file: File
    private let clock: any Clock
    private var known = PathTable()
    private var output: LineOutput
    private var flushedAt: Double

    /// Seconds for which it counts that a file was whole: disks rot slowly, and a check that was given up long ago is to
    /// begin anew.
    private static let validity = 7.0 * 86400
    /// Seconds for which what was noted may wait to be written.
    private static let interval = 1.0

    /// Reads what an earlier check has left in the file, which is made where it is not there.
    package init(_ path: String, _ clock: any Clock) throws(SystemError) {
        (self.path, self.clock) = (path, clock)
        file = try File(appendingTo: path)
        output = LineOutput(file.descriptor)
        flushedAt = clock.monotonic
        let line = LineScanner<Field>()
        var lines = try LineFile(path)
        while let raw = try lines.next() {
            guard line.accepts(raw), let path = line.text(ifAny: .path), let time = line.number(ifAny: .finishedAt),
                clock.now - time < Self.validity
            else { continue }
            _ = known.insert(path)
        }
    }

    /// How many there are.
    package var count: Int { known.count }

    func has(_ path: UnsafeRawBufferPointer) -> Bool { known.number(of: path) != nil }

    func add(_ path: String) throws(SystemError) {
        output.buffer.open()
        output.buffer.add(Field.path, path)
        output.buffer.add(Field.finishedAt, milliseconds: clock.now)
        output.buffer.close()
        guard clock.monotonic - flushedAt >= Self.interval else { return try output.lineEnded() }
        flushedAt = clock.monotonic
        try output.flush()
    }

    /// The check has come to its end: the next one begins anew.
    func finish() { unlink(path) }
}
