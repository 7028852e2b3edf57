internal import Glibc
package import POSIX

/// A file of lines that was named on a command line; `-` is standard input. A plain file is read up to the length that
/// it had when it was opened, so that reading one that is being appended to has an end.
package struct LineFile: ~Copyable {
    private let name: String
    /// Whether it can be read again from its start.
    package let isPlainFile: Bool
    private let file: File?
    private let length: Int
    private var reader: LineReader

    package init(_ path: String) throws(SystemError) {
        let file = path == "-" ? nil : try File(reading: path)
        if let file, Descriptor.isEndless(file.descriptor) {
            throw SystemError("cannot read \(Self.name(of: path)), a device that has no end", code: EINVAL)
        }
        let plainFile = file.flatMap { Descriptor.isRegularFile($0.descriptor) ? $0 : nil }
        let length = Int(try plainFile?.status().st_size ?? .max)
        name = Self.name(of: path)
        isPlainFile = plainFile != nil
        self.length = length
        self.file = file
        reader = Self.reader(of: file, limit: length)
    }

    /// The file that a command line names, as messages show it.
    package static func name(of path: String) -> String { path == "-" ? "standard input" : "'\(path)'" }

    /// The next line that has been read already. Nil: `fill` has to be called, which may block.
    package mutating func buffered() -> RawLine? { reader.buffered() }

    /// Reads once more. False at the end.
    package mutating func fill() throws(SystemError) -> Bool {
        do throws(SystemError) {
            return try reader.fill()
        } catch {
            throw SystemError("cannot read \(name)", code: error.code)
        }
    }

    /// The next line, reading where none has been read yet. Nil at the end.
    package mutating func next() throws(SystemError) -> RawLine? {
        while true {
            if let line = buffered() { return line }
            guard try fill() else { return nil }
        }
    }

    /// The lines in pieces that several threads can read; nil where it is not a plain file, or has been read from.
    package func pieces(of size: Int) -> LinePieces? {
        guard isPlainFile, let file, lseek(file.descriptor, 0, SEEK_CUR) == 0 else { return nil }
        return LinePieces(file, name: name, length: length, size: size)
    }

    package var size: Int { length }

    /// Begins again with the first line.
    package mutating func rewind() throws(SystemError) {
        guard let file, lseek(file.descriptor, 0, SEEK_SET) == 0 else { throw SystemError("cannot go back in \(name)") }
        reader = Self.reader(of: file, limit: length)
    }

    private static func reader(of file: File?, limit: Int) -> LineReader {
        LineReader(file?.descriptor ?? STDIN_FILENO, chunk: 1 << 18, limit: limit)
    }
}

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

    /// Whether there is another file in its place now, or it has become shorter than what was read of it.
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
