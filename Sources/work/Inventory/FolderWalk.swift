package import Glibc
package import NDJSON
package import POSIX
package import Records
package import Store

/// A walk over everything below a folder, folders excepted. It does not follow links, and stays on one file system.
package struct FolderWalk {
    /// An entry that was met. Its path is below the folder that the walk began at.
    package struct Entry {
        package let folder: Folder
        package let name: [UInt8]
        package let path: [UInt8]
        package let status: stat

        package var isPlainFile: Bool { status.st_mode & S_IFMT == S_IFREG }
    }

    private let root: Folder
    /// A name at the top that is passed over, with all that is in it.
    private let leftOut: [UInt8]
    /// A folder that is passed over wherever it is.
    private let other: FileIdentity?
    /// Receives what could not be read: the walk goes on without it.
    private let problem: (_ path: [UInt8], SystemError) -> Void

    package init(
        _ root: Folder, leavingOut name: String, and other: FileIdentity? = nil,
        problem: @escaping (_ path: [UInt8], SystemError) -> Void
    ) {
        self.root = root
        self.other = other
        leftOut = Array(name.utf8)
        self.problem = problem
    }

    /// Shows each entry, those of one folder by name.
    package func visit<Failure>(_ body: (Entry) throws(Failure) -> Void) throws(Failure) {
        try visit(root, [], body)
    }

    private func visit<Failure>(
        _ folder: Folder, _ prefix: [UInt8], _ body: (Entry) throws(Failure) -> Void
    ) throws(Failure) {
        for name in names(of: folder, prefix).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
            if prefix.isEmpty && name == leftOut { continue }
            let path = prefix + name
            guard let status = status(of: name, in: folder, path) else { continue }
            guard status.st_mode & S_IFMT == S_IFDIR else {
                try body(Entry(folder: folder, name: name, path: path, status: status))
                continue
            }
            guard UInt(status.st_dev) == root.device, FileIdentity(status) != other,
                let child = open(name, in: folder, path)
            else { continue }
            try visit(child, path + [UInt8(ascii: "/")], body)
        }
    }

    private func names(of folder: Folder, _ prefix: [UInt8]) -> [[UInt8]] {
        do throws(SystemError) { return try folder.names() } catch {
            problem(prefix, error)
            return []
        }
    }

    private func status(of name: [UInt8], in folder: Folder, _ path: [UInt8]) -> stat? {
        do throws(SystemError) { return try folder.status(named(name)) } catch {
            problem(path, error)
            return nil
        }
    }

    private func open(_ name: [UInt8], in folder: Folder, _ path: [UInt8]) -> Folder? {
        do throws(SystemError) { return try folder.folder(named(name)) } catch {
            problem(path, error)
            return nil
        }
    }

    /// The name as the system is to be asked for it; EILSEQ if it is not UTF-8: no tool of the suite made it.
    private func named(_ name: [UInt8]) throws(SystemError) -> String {
        guard let text = String(validating: name, as: UTF8.self) else {
            throw SystemError("cannot check a name that is not UTF-8", code: EILSEQ)
        }
        return text
    }
}

/// By which a file or folder is known, whatever its names are.
package struct FileIdentity: Equatable, Sendable {
    private let device: UInt64
    private let inode: UInt64

    package init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

/// The places where a catalogue's files may be: their paths, and the aliases that count as well.
package struct KnownPaths: ~Copyable {
    private var paths = PathTable()
    private let line = LineScanner<Field>()
    /// How many lines were records.
    package private(set) var records = 0

    package init() {}

    /// Reads a whole catalogue. What is wrong with a line is reported together with the line's number.
    package mutating func read(
        _ catalog: inout LineFile, problem: (LineError, _ line: Int) -> Void
    ) throws(SystemError) {
        while let raw = try catalog.next() {
            do throws(LineError) { try enter(raw) } catch { problem(error, raw.number) }
        }
    }

    package func contain(_ path: [UInt8]) -> Bool { path.withUnsafeBytes { paths.number(of: $0) } != nil }

    private mutating func enter(_ raw: RawLine) throws(LineError) {
        try line.scan(raw)
        guard let path = try line.text(.path) else { throw .missing(name: Field.path.name) }
        _ = paths.insert(path)
        records += 1
        for alias in try line.strings(.aliases) ?? [] {
            Array(alias.utf8).withUnsafeBytes { _ = paths.insert($0) }
        }
    }
}

/// Removes files below a folder. It removes plain files, and follows no link on its way to them.
package struct FileRemover {
    private let folder: OutputFolder

    package init(_ folder: OutputFolder) { self.folder = folder }

    /// A file that was removed.
    package struct Removed: Sendable {
        package let path: String
        package let bytes: Int64
    }

    /// Removes the file, and what an unfinished fetch of it left behind. Returns what was there.
    package func remove(_ path: RelativePath) throws(TryError) -> [Removed] {
        var removed: [Removed] = []
        for name in [path.name, path.partName] {
            if let file = try remove(name, in: path) { removed.append(file) }
        }
        return removed
    }

    private func remove(_ name: String, in path: RelativePath) throws(TryError) -> Removed? {
        guard let folder = try folder.folder(of: path, making: false) else { return nil }
        do throws(SystemError) {
            guard let status = try folder.status(name) else { return nil }
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw SystemError("'\(name)' is not a plain file and is left alone", code: ELOOP)
            }
            try folder.remove(name)
            return Removed(
                path: (path.folders + [name]).joined(separator: "/"), bytes: Int64(status.st_size))
        } catch { throw TryError(disk: error, at: .entry) }
    }
}
