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

    /// The file that a command line names, as it stands in messages.
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

    /// The lines in pieces that several threads can read; nil where it is no plain file, or has been read from.
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
