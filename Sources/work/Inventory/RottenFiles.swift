internal import Glibc
package import NDJSON
package import POSIX
internal import Records
internal import Store

/// A file whose bytes have another hash than they must have, and by what it is known again: a new name changes none of
/// that, and new bytes do.
struct RottenFile: Sendable {
    let path: RelativePath
    fileprivate let inode: UInt64
    /// Its size, and when its bytes were changed last, in nanoseconds since 1970; nil in lines that do not say
    /// so, of a version before this one.
    fileprivate let size, modified: Int64?

    init(_ path: RelativePath, _ status: stat) {
        self.path = path
        inode = UInt64(status.st_ino)
        (size, modified) = (Int64(status.st_size), status.st_mtim.nanoseconds)
    }

    fileprivate init?(_ path: String, inode: String, size: String?, modified: String?) {
        guard let path = try? RelativePath(path), let inode = UInt64(inode) else { return nil }
        (self.path, self.inode) = (path, inode)
        (self.size, self.modified) = (size.flatMap { Int64($0) }, modified.flatMap { Int64($0) })
    }

    fileprivate func isSame(as status: stat) -> Bool {
        UInt64(status.st_ino) == inode && Int64(status.st_size) == size ?? Int64(status.st_size)
            && status.st_mtim.nanoseconds == modified ?? status.st_mtim.nanoseconds
    }
}

extension timespec {
    /// Since 1970.
    var nanoseconds: Int64 { Int64(tv_sec) &* 1_000_000_000 &+ Int64(tv_nsec) }
}

extension LineBuffer {
    /// Says which files are rotten, for `RottenFiles`.
    mutating func add(_ files: [RottenFile]) {
        guard !files.isEmpty else { return }
        add(RottenField.rottenPaths, files.map(\.path.text))
        add(RottenField.rottenInodes, files.map { String($0.inode) })
        add(RottenField.rottenSizes, files.map { $0.size.map { String($0) } ?? "" })
        add(RottenField.rottenTimes, files.map { $0.modified.map { String($0) } ?? "" })
    }
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
                    done.append("it was found rotten, and cannot be renamed: \(error.message)")
                }
                told(file.path.text, done[done.count - 1])
            }
            output.buffer.open(copying: line, without: RottenField.ofFiles.union([.message]))
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
        let (sizes, times) = (line.strings(ifAny: .rottenSizes) ?? [], line.strings(ifAny: .rottenTimes) ?? [])
        return zip(line.strings(ifAny: .rottenPaths) ?? [], inodes).enumerated().compactMap { number, file in
            RottenFile(
                file.0, inode: file.1, size: number < sizes.count ? sizes[number] : nil,
                modified: number < times.count ? times[number] : nil)
        }
    }

    /// Returns the new name, which it may have already.
    private func rename(_ file: RottenFile) throws(TryError) -> String {
        let path = file.path
        let isThere = try root.plainFile(path.name, in: path).map { file.isSame(as: $0) } ?? false
        var (name, number) = (path.name(with: ".rotten"), 0)
        while let other = try root.status(name, in: path) {
            if file.isSame(as: other) {
                // Where renaming is to give a second name and to take the first one, it may have both.
                if isThere { try root.remove(path.name, of: path) }
                return name
            }
            number += 1
            name = path.name(with: ".rotten.\(number)")
        }
        guard isThere else { throw TryError(.ioError, "it is not there any more, or has changed since") }
        try root.move(path.name, of: path, to: name, of: path)
        return name
    }
}

/// The names that only the lines of a check have, and what is changed beside.
enum RottenField: UInt8, FieldName {
    /// The places of rotten files, and which files these are.
    case rottenPaths, rottenInodes, rottenSizes, rottenTimes
    case message

    static let ofFiles: NameSet<Self> = [.rottenPaths, .rottenInodes, .rottenSizes, .rottenTimes]
    static let names = snakeCaseNames
}
