internal import Glibc
package import Journal
package import NDJSON
package import POSIX
internal import Records
package import Store

/// The files of a catalogue with their SHA-256, for manifests: as the catalogue or the results know it, else by reading
/// the file.
package struct HashedFiles: ~Copyable {
    /// One file that is there.
    package struct Entry: Sendable {
        /// The record's path.
        package let path: RelativePath
        /// Where the file is: the path, or an alias.
        package let place: RelativePath
        package let bytes: Int64
        /// In hexadecimal digits.
        package let sha256: String
    }

    private var journal: FoldedJournal
    private let versions: FileVersions
    private let knowsResults: Bool
    private let threads: Int
    private let scanner = CatalogScanner()
    private let workers: OrderedWorkers<FileHasher.Task, FileHasher.Product>

    /// How many lines of the catalogue were records.
    package private(set) var records = 0

    /// - Parameters:
    ///   - journal: of the results; nil: every record's file has to be there.
    ///   - pace: how fast files are read; nil: as fast as can be.
    package init(
        in folder: OutputFolder, threads: Int, pace: ReadPace?, _ journal: consuming FoldedJournal?,
        _ versions: consuming FileVersions
    ) {
        knowsResults = journal != nil
        self.journal = journal ?? FoldedJournal()
        self.versions = versions
        self.threads = threads
        workers = OrderedWorkers(threads: threads) {
            let hasher = FileHasher(folder, pace)
            return { hasher.hash($0) }
        }
    }

    /// Visits the files in the order of the catalogue.
    ///
    /// - Parameters:
    ///   - problem: receives what is wrong with a line of the catalogue, and its number.
    ///   - missing: receives the path of each file that cannot be listed, and why.
    package mutating func visit(
        _ catalog: inout LineFile, problem: (CatalogLineError, _ line: Int) -> Void,
        missing: (_ path: String, _ reason: String) -> Void, _ body: (Entry) throws(SystemError) -> Void
    ) throws(SystemError) {
        while let raw = try catalog.next() {
            let number: Int
            do throws(CatalogLineError) { number = try scanner.enter(raw, in: &journal) } catch {
                problem(error, raw.number)
                continue
            }
            records += 1
            guard journal[number].state(tries: 1).isThere || !knowsResults,
                let path = scanner.line.text(ifAny: .path)
            else { continue }
            workers.begin(FileHasher.Task(line: raw.copy, sha256: versions[path]?.sha256))
            if workers.underWay >= threads * 16 { try take(workers.next(), missing, body) }
        }
        while workers.underWay > 0 { try take(workers.next(), missing, body) }
    }

    private func take(
        _ product: FileHasher.Product, _ missing: (_ path: String, _ reason: String) -> Void,
        _ body: (Entry) throws(SystemError) -> Void
    ) throws(SystemError) {
        switch product {
        case .entry(let entry): try body(entry)
        case .none(let path, let reason): missing(path, reason)
        }
    }
}

/// Finds the file of one record after the other, on one thread, and hashes those of which no hash is known.
private final class FileHasher {
    struct Task: Sendable {
        let line: [UInt8]
        /// By the results.
        let sha256: String?
    }

    enum Product: Sendable {
        case entry(HashedFiles.Entry)
        case none(path: String, reason: String)
    }

    private let folder: OutputFolder
    private let pace: ReadPace?
    private let line = LineScanner<Field>()

    init(_ folder: OutputFolder, _ pace: ReadPace?) { (self.folder, self.pace) = (folder, pace) }

    func hash(_ task: Task) -> Product {
        guard (try? line.scan(task.line)) != nil else { return .none(path: "", reason: "the record cannot be read") }
        let text = line.string(ifAny: .path) ?? ""
        do throws(TryError) {
            for name in [text] + (line.strings(ifAny: .aliases) ?? []) {
                guard let path = try? RelativePath(text), let place = try? RelativePath(name),
                    let file = try folder.open(place)
                else { continue }
                let bytes = try size(of: file, place)
                let sha256: String
                if let known = try known(task) { sha256 = known } else { sha256 = try computed(file, bytes) }
                return .entry(HashedFiles.Entry(path: path, place: place, bytes: bytes, sha256: sha256))
            }
        } catch { return .none(path: text, reason: error.message) }
        return .none(path: text, reason: "there is no such file")
    }

    /// By the record, else by the results. Nil where neither has it.
    private func known(_ task: Task) throws(TryError) -> String? {
        if let text = line.string(ifAny: .sha256) {
            guard let sha256 = Self.checked(text) else {
                throw TryError(.mismatch, "its record's 'sha256' is not 64 hexadecimal digits")
            }
            return sha256
        }
        return task.sha256.flatMap(Self.checked)
    }

    private static func checked(_ text: String) -> String? {
        Checksum(.sha256, hex: text, source: "").map { Hexadecimal.text($0.value) }
    }

    private func size(of file: any StorageFile, _ place: RelativePath) throws(TryError) -> Int64 {
        do throws(SystemError) { return Int64(try file.plainStatus(place.name).st_size) } catch {
            throw TryError(disk: error, at: .entry)
        }
    }

    private func computed(_ file: any StorageFile, _ bytes: Int64) throws(TryError) -> String {
        var hash = try RunningHash([], and: .sha256)
        var rest = bytes
        try hash.readOn(file, to: bytes) {
            pace?.wait(for: min(rest, RunningHash.pieceLength))
            rest -= RunningHash.pieceLength
            return true
        }
        return Hexadecimal.text(hash.finish()[.sha256] ?? [])
    }
}
