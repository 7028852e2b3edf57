internal import Glibc
package import NDJSON
internal import POSIX
package import Records
package import Store

/// Tells what is wrong with a record's file: one on the disk, or one in a store.
package protocol FileJudge {
    /// What is wrong; nil where the file is there, under the record's path or one of its aliases, and whole.
    ///
    /// - Parameter downloaded: how many bytes were once fetched, where that is known: a record without `size` has to
    ///   have as many.
    func finding(_ record: LineScanner<Field>, downloaded: Int64?) -> FileInspector.Finding?
}

/// Holds the files below a folder against their records, by the checks of a fetched file, without asking the origin.
package struct FileInspector: FileJudge {
    /// What is wrong with a record's file, by the names that lines have.
    package enum Flaw: String, CaseIterable, Sendable {
        case missing
        /// Fewer bytes than it must have.
        case short
        /// Other bytes, or more of them, than the record says.
        case mismatch
        case notVideo = "not_video"
        /// Something other than a plain file is in its place, or it cannot be reached without leaving the folder.
        case unsafePath = "unsafe_path"
        case unreadable = "io_error"
    }

    package struct Finding: Sendable {
        package let flaw: Flaw
        package let message: String
    }

    private let folder: OutputFolder
    private let verification: Verification

    package init(_ folder: OutputFolder, _ verification: Verification) {
        self.folder = folder
        self.verification = verification
    }

    package func finding(
        _ record: LineScanner<Field>, downloaded: Int64?
    ) -> Finding? {
        var expected: ExpectedFile
        let paths: [RelativePath]
        do throws(LineError) { expected = try ExpectedFile(record) } catch {
            return Finding(flaw: .mismatch, message: "the record cannot be read: \(error)")
        }
        do throws(PathError) { paths = try Self.paths(record) } catch {
            return Finding(flaw: .unsafePath, message: error.description)
        }
        expected.size = expected.size ?? downloaded
        var first: Finding?
        for path in paths {
            guard let finding = finding(path, expected.held(to: verification)) else { return nil }
            // A file that is not whole says more than a missing one.
            if first == nil || first?.flaw == .missing { first = finding }
        }
        return first
    }

    /// The record's path, then its aliases.
    private static func paths(_ record: LineScanner<Field>) throws(PathError) -> [RelativePath] {
        let path = try RelativePath(record.string(ifAny: .path) ?? "")
        let aliases = record.strings(ifAny: .aliases) ?? []
        return [path] + aliases.compactMap { try? RelativePath($0) }
    }

    private func finding(_ path: RelativePath, _ expected: ExpectedFile) -> Finding? {
        do throws(TryError) {
            guard let file = try folder.open(path) else { return .missing }
            do throws(SystemError) { return try finding(file, path, expected) } catch {
                throw TryError(disk: error, at: .entry)
            }
        } catch { return Finding(error) }
    }

    private func finding(
        _ file: any StorageFile, _ path: RelativePath, _ expected: ExpectedFile
    ) throws(SystemError) -> Finding? {
        let size = Int64(try file.plainStatus(path.name).st_size)
        let least = max(expected.smallest, expected.size ?? 0)
        if size < least { return Finding(flaw: .short, message: "it has \(size) bytes, and \(least) were expected") }
        if let wanted = expected.size, size != wanted {
            return Finding(flaw: .mismatch, message: "it has \(size) bytes, and \(wanted) were expected")
        }
        let isHashed = !expected.knownChecksums(verification).isEmpty
        let flaw = try ContentCheck.flaw(
            in: file, length: size, kind: expected.kind, level: verification.level)
        if let flaw, !flaw.isHarmless(isHashed: isHashed) { return Finding(flaw.error(expected.kind)) }
        // What only the hash can excuse is hashed, whether or not that was asked for.
        let isInDoubt = flaw.map { !$0.isHarmless(isHashed: false) } ?? false
        return verification.hashesExisting || isInDoubt ? hashFinding(file, size, expected) : nil
    }

    private func hashFinding(_ file: any StorageFile, _ size: Int64, _ expected: ExpectedFile) -> Finding? {
        let checksums = expected.knownChecksums(verification)
        guard !checksums.isEmpty else { return nil }
        do throws(TryError) {
            var hash = try RunningHash(checksums)
            try hash.readOn(file, to: size) { true }
            return hash.mismatch(with: checksums).map { Finding($0) }
        } catch { return Finding(error) }
    }
}

extension FileInspector.Finding {
    fileprivate static let missing = Self(flaw: .missing, message: "there is no such file")

    fileprivate init(_ trouble: TryError) {
        flaw =
            switch trouble.code {
            case .mismatch: .mismatch
            case .notVideo: .notVideo
            case .unsafePath: .unsafePath
            default: .unreadable
            }
        message = trouble.message
    }
}
