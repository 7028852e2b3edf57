internal import Glibc
package import POSIX

/// A file of lines that others append to, read as far as it has come, and no byte twice; `-` is standard input. It need
/// not be there yet.
package struct GrowingFile: ~Copyable {
    private let path: String
    private var file: File?
    private var reader: LineReader?
    /// The input has ended for good, as a pipe does.
    package private(set) var hasEnded = false

    private static let chunk = 1 << 18

    package init(_ path: String) throws(SystemError) {
        self.path = path
        if isStandardInput { reader = LineReader(STDIN_FILENO, chunk: Self.chunk) } else { try open() }
    }

    package var isStandardInput: Bool { path == "-" }

    /// The next whole line that has been read already.
    package mutating func buffered() -> RawLine? { reader?.buffered() }

    /// Reads once more. False where nothing has come. Standard input blocks.
    package mutating func fill() throws(SystemError) -> Bool {
        if file == nil && !isStandardInput { try open() }
        do throws(SystemError) {
            guard let grew = try reader?.fillIfGrown() else { return false }
            if !grew && isStandardInput { hasEnded = true }
            return grew
        } catch { throw SystemError("cannot read \(LineFile.name(of: path))", code: error.code) }
    }

    /// Reads what is left, with a last line that has no line end. Nothing is read after that.
    package mutating func finish() throws(SystemError) -> Bool { try reader?.fill() ?? false }

    /// Whether another file stands there now, or it has become shorter than what was read of it.
    package func isReplaced() throws(SystemError) -> Bool {
        guard let file, let now = try? File(reading: path).status() else { return false }
        let own = try file.status()
        return (own.st_dev, own.st_ino) != (now.st_dev, now.st_ino) || now.st_size < lseek(file.descriptor, 0, SEEK_CUR)
    }

    private mutating func open() throws(SystemError) {
        do throws(SystemError) { file = try File(reading: path) } catch  where error.code == ENOENT { return }
        reader = file.map { LineReader($0.descriptor, chunk: Self.chunk) }
    }
}
