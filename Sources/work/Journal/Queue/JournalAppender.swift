internal import Glibc
package import NDJSON
package import POSIX
internal import Records

/// Puts results and marks at a journal's end, on lines of their own whatever bytes are before them, and on the disk.
package struct JournalAppender: ~Copyable {
    private let file: File
    private let name: String
    private var output: LineOutput
    private let scanner = LineScanner<Field>()
    package private(set) var appended = 0

    /// - Parameter journal: the path of a file, which is made where there is none.
    package init(to journal: String) throws(SystemError) {
        file = try File(appendingTo: journal)
        output = LineOutput(file.descriptor)
        name = "'\(journal)'"
    }

    /// Appends the lines that a journal's reader would count; tells of each other one, with its number.
    package mutating func append(
        _ lines: inout LineFile, problem: (LineError, _ line: Int) -> Void
    ) throws(SystemError) {
        while let line = try lines.next() {
            do throws(LineError) { try check(line) } catch {
                problem(error, line.number)
                continue
            }
            output.buffer.add(line: line.bytes)
            appended += 1
            try writing { output throws(SystemError) in try output.lineEnded() }
        }
        try writing { output throws(SystemError) in try output.flush() }
        // What cannot be synced, as a pipe, is not a journal that a power cut could damage.
        guard fdatasync(file.descriptor) == 0 || errno == EINVAL || errno == EROFS else {
            throw SystemError("cannot write \(name)")
        }
    }

    private func check(_ line: RawLine) throws(LineError) {
        try scanner.scan(line)
        guard let status = try scanner.text(.status) else { throw .missing(name: Field.status.name) }
        guard Status(utf8: status) != nil else {
            throw .wrongType(name: Field.status.name, found: .string, wanted: "one that a journal knows")
        }
    }

    private mutating func writing(_ body: (inout LineOutput) throws(SystemError) -> Void) throws(SystemError) {
        do throws(SystemError) { try body(&output) } catch {
            throw SystemError("cannot write \(name)", code: error.code)
        }
    }
}
