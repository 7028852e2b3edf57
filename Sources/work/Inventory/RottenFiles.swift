internal import Glibc
package import NDJSON
package import POSIX
internal import Records
internal import Store

/// A file whose bytes have another hash than they must have.
struct RottenFile: Sendable {
    let path: RelativePath
    let inode: UInt64
}

/// Takes the names of rotten files: `5001.mp4` becomes `5001.mp4.rotten`, or `5001.mp4.rotten.1`. By all checks but that
/// of its hash such a file is whole, and a run would take it for the record's.
///
/// Which files, is read from the lines of a check, which say which file each one is: with the same lines it can be done
/// again, after a kill at any moment. So the lines are kept until the journal has what this writes.
package struct RottenFiles {
    private let root: MoveFolder

    package init(in root: MoveFolder) { self.root = root }

    /// Renames the files, and writes the lines for the journal.
    ///
    /// - Parameters:
    ///   - lines: as the check has printed them. Throws EINVAL for others.
    ///   - told: receives the place of each rotten file and what was done, or why it could not be.
    /// - Returns: whether all files could be renamed.
    package func run(
        _ lines: inout LineFile, to output: inout LineOutput, told: (_ path: String, _ what: String) -> Void
    ) throws(SystemError) -> Bool {
        let line = LineScanner<RottenField>()
        var areAllRenamed = true
        while let raw = try lines.next() {
            guard line.accepts(raw) else {
                throw SystemError("cannot use line \(raw.number), which 'tf-files --deep' did not print", code: EINVAL)
            }
            var done = [line.string(ifAny: .message) ?? ""]
            for file in rotten(in: line) {
                do throws(TryError) { done.append("it is now '\(try rename(file))'") } catch {
                    areAllRenamed = false
                    done.append("it is rotten, and cannot be renamed: \(error.message)")
                }
                told(file.path.text, done[done.count - 1])
            }
            output.buffer.open(copying: line, without: [.rottenPaths, .rottenInodes, .message])
            output.buffer.add(RottenField.message, done.joined(separator: "; "))
            output.buffer.close()
            try output.lineEnded()
        }
        root.sync()
        try output.flush()
        return areAllRenamed
    }

    private func rotten(in line: LineScanner<RottenField>) -> [RottenFile] {
        let inodes = line.strings(ifAny: .rottenInodes) ?? []
        return zip(line.strings(ifAny: .rottenPaths) ?? [], inodes).compactMap { path, inode in
            guard let path = try? RelativePath(path), let inode = UInt64(inode) else { return nil }
            return RottenFile(path: path, inode: inode)
        }
    }

    /// Returns the new name, which it may have already.
    private func rename(_ file: RottenFile) throws(TryError) -> String {
        let path = file.path
        let isThere = try root.plainFile(path.name, in: path).map { UInt64($0.st_ino) == file.inode } ?? false
        var (name, number) = (path.name(with: ".rotten"), 0)
        while let other = try root.status(name, in: path) {
            if UInt64(other.st_ino) == file.inode {
                // Where renaming is to give a second name and to take the first one, it may have both.
                if isThere { try root.remove(path.name, of: path) }
                return name
            }
            number += 1
            name = path.name(with: ".rotten.\(number)")
        }
        guard isThere else { throw TryError(.ioError, "it is not there any more, or is another file now") }
        try root.move(path.name, of: path, to: name, of: path)
        return name
    }
}

/// The names that only the lines of a check have, and what is changed beside.
enum RottenField: UInt8, FieldName {
    /// The places of rotten files, and which files these are.
    case rottenPaths, rottenInodes
    case message

    static let names = snakeCaseNames
}
