internal import Glibc
package import NDJSON
internal import POSIX
package import Records

/// What a store has, by one listing of rclone's: names and sizes, and MD5s where they are asked for and told.
package final class RemoteListing {
    package let place: RemotePlace
    private var paths = PathTable()
    /// Negative where the store does not tell.
    private var sizes = BlockArray<Int64>()
    /// Of those that have one.
    private var md5s: [Int: String] = [:]

    /// How many files it has.
    package var count: Int { paths.count }

    private enum Item: UInt8, FieldName {
        case path, size, hashes

        static let names = ["Path", "Size", "Hashes"]
    }

    /// Lists the store. One with nothing under this name is empty, where that is allowed: a name that is mistyped looks
    /// the same.
    package init(_ place: RemotePlace, hashes: Bool, allowsMissing: Bool) throws(RemoteError) {
        self.place = place
        guard Rclone.isInstalled else { throw .noRclone }
        var words = ["lsjson", "-R", "--files-only", "--no-modtime", "--no-mimetype"]
        // Not of folders on a disk: each file would be read.
        if hashes { words += ["--hash", "--hash-type", "MD5"] }
        let child: pid_t
        let (output, errors): (File, PrintedLines)
        do throws(SystemError) {
            let (pipe, errorPipe) = (try File.pipe(), try File.pipe())
            child = try ChildProcess.start(
                Rclone.words(words + ["--", place.description]), environment: Rclone.environment,
                printingTo: pipe.writing.descriptor, errors: errorPipe.writing.descriptor)
            (output, errors) = (pipe.reading, PrintedLines(errorPipe.reading))
        } catch { throw .cannotStart(error.description) }
        var flaw: String?
        do throws(JSONDocumentError) { try read(output) } catch {
            flaw = "what rclone prints breaks off"
            // It may be writing, and would wait for a reader.
            File.close([output])
        }
        guard ChildProcess.wait(for: child) == 0 else {
            let words = errors.wait(for: "Failed to", seconds: 5) ?? errors.last ?? ""
            if allowsMissing, words.contains("directory not found") { return }
            throw .noListing(RemoteMessage.harmless(Self.withoutTime(words)))
        }
        if let flaw { throw .noListing(flaw) }
    }

    /// rclone's log begins its lines with the time: `2026/11/27 20:51:11 Failed to …`.
    private static func withoutTime(_ words: String) -> String {
        words.firstRange(of: "Failed to").map { String(words[$0.lowerBound...]) } ?? words
    }

    private func read(_ file: File) throws(JSONDocumentError) {
        var reader = JSONDocumentReader(file.descriptor)
        let (line, hash) = (LineScanner<Item>(), RemoteHashes())
        repeat {
            while let raw = try reader.buffered() {
                guard line.accepts(raw), let path = line.text(ifAny: .path) else { continue }
                let number = paths.insert(path)
                guard number == sizes.count else { continue }
                sizes.append(line.integer(ifAny: .size) ?? -1)
                if let hashes = line.raw(.hashes), let md5 = hash.read(Array(hashes)).md5 { md5s[number] = md5 }
            }
        } while try reader.fill()
    }

    private func number(of path: String) -> Int? {
        Array(path.utf8).withUnsafeBytes { paths.number(of: $0) }
    }

    /// The record's file, under its path or an alias; nil where there is none that fits.
    ///
    /// - Parameter downloaded: how many bytes were once fetched, where that is known.
    package func file(
        of record: LineScanner<Field>, downloaded: Int64? = nil
    ) -> (path: String, size: Int64)? {
        for path in Self.paths(of: record) {
            guard let number = number(of: path), flaw(number, record, downloaded) == nil else { continue }
            return (path, sizes[number])
        }
        return nil
    }

    private static func paths(of record: LineScanner<Field>) -> [String] {
        [record.string(ifAny: .path) ?? ""] + (record.strings(ifAny: .aliases) ?? [])
    }

    private func flaw(
        _ number: Int, _ record: LineScanner<Field>, _ downloaded: Int64?
    ) -> FileInspector.Finding? {
        let (size, wanted) = (sizes[number], record.integer(ifAny: .size) ?? downloaded)
        if let wanted, size >= 0, size != wanted {
            return FileInspector.Finding(
                flaw: size < wanted ? .short : .mismatch,
                message: "the store has \(size) bytes of it, and \(wanted) were expected")
        }
        if let md5 = record.string(ifAny: .md5)?.lowercased(), let known = md5s[number], md5 != known {
            return FileInspector.Finding(flaw: .mismatch, message: "the MD5 in the store is another one")
        }
        return nil
    }
}

/// Reads what rclone tells of a file's hashes: its older versions write their names in small letters.
package struct RemoteHashes {
    private enum Hash: UInt8, FieldName {
        case md5, upperMD5, sha256, upperSHA256

        static let names = ["md5", "MD5", "sha256", "SHA-256"]
    }

    private let line = LineScanner<Hash>()

    package init() {}

    /// In lower case; nil where the store tells none.
    package func read(_ text: [UInt8]) -> (md5: String?, sha256: String?) {
        guard (try? line.scan(text)) != nil else { return (nil, nil) }
        return (hash(.md5, .upperMD5), hash(.sha256, .upperSHA256))
    }

    private func hash(_ names: Hash...) -> String? {
        names.compactMap { line.string(ifAny: $0) }.first { !$0.isEmpty }?.lowercased()
    }
}

extension RemoteListing: FileJudge {
    package func finding(_ record: LineScanner<Field>, fetched: FetchedFile) -> FileInspector.Finding? {
        var first: FileInspector.Finding?
        for path in Self.paths(of: record) {
            guard let number = number(of: path) else { continue }
            guard let finding = flaw(number, record, fetched.bytes) else { return nil }
            first = first ?? finding
        }
        return first ?? FileInspector.Finding(flaw: .missing, message: "the store has no such file")
    }
}
