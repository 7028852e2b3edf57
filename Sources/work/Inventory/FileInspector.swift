internal import Glibc
package import NDJSON
internal import POSIX
package import Records
package import Store

/// Tells what is wrong with a record's file: one on the disk, or one in a store.
package protocol FileJudge {
    /// What is wrong; nil where the file is there, under the record's path or one of its aliases, and whole.
    ///
    /// - Parameter fetched: what the results say of it: it holds where the record does not say.
    func finding(_ record: LineScanner<Field>, fetched: FetchedFile) -> FileInspector.Finding?
}

/// What the results say of a file that was fetched.
package struct FetchedFile: Sendable {
    package var bytes: Int64?
    /// In hexadecimal digits.
    package var md5, sha256: String?

    package init(bytes: Int64? = nil, md5: String? = nil, sha256: String? = nil) {
        (self.bytes, self.md5, self.sha256) = (bytes, md5, sha256)
    }

    /// The hashes as they are checked.
    fileprivate var checksums: [Checksum] {
        [
            md5.flatMap { Checksum(.md5, hex: $0, source: "the journal's 'md5'") },
            sha256.flatMap { Checksum(.sha256, hex: $0, source: "the journal's 'sha256'") },
        ].compactMap(\.self)
    }
}

/// Holds the files below a folder against their records, by the checks of a fetched file, without asking the origin.
package struct FileInspector: FileJudge, Sendable {
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
        /// Files that have another hash, and that are to lose their names.
        var rotten: [RottenFile] = []

        package init(flaw: Flaw, message: String) { (self.flaw, self.message) = (flaw, message) }
    }

    private let folder: OutputFolder
    private let verification: Verification
    private let pace: ReadPace?
    private let notes: CheckedFiles?
    private let progress: AuditProgress?

    /// - Parameters:
    ///   - pace: how fast files are hashed; nil: as fast as can be.
    ///   - notes: what an earlier check has found whole, and this one does.
    ///   - progress: is told what was read.
    package init(
        _ folder: OutputFolder, _ verification: Verification, pace: ReadPace? = nil, notes: CheckedFiles? = nil,
        progress: AuditProgress? = nil
    ) {
        self.folder = folder
        self.verification = verification
        (self.pace, self.notes, self.progress) = (pace, notes, progress)
    }

    package func finding(_ record: LineScanner<Field>, fetched: FetchedFile) -> Finding? {
        var expected: ExpectedFile
        let paths: [RelativePath]
        do throws(LineError) { expected = try ExpectedFile(record) } catch {
            return Finding(flaw: .mismatch, message: "the record cannot be read: \(error)")
        }
        do throws(PathError) { paths = try Self.paths(record) } catch {
            return Finding(flaw: .unsafePath, message: error.description)
        }
        expected.size = expected.size ?? fetched.bytes
        // What the catalogue says is believed: the results may be of an older version.
        if expected.checksums.isEmpty { expected.checksums = fetched.checksums }
        var first: Finding?
        var rotten: [RottenFile] = []
        for path in paths {
            guard let finding = finding(path, expected.held(to: verification)) else { return nil }
            rotten += finding.rotten
            // A file that is not whole says more than a missing one.
            if first == nil || first?.flaw == .missing { first = finding }
        }
        first?.rotten = rotten
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
        let status = try file.plainStatus(path.name)
        let size = Int64(status.st_size)
        let least = max(expected.smallest, expected.size ?? 0)
        if size < least { return Finding(flaw: .short, message: "it has \(size) bytes, and \(least) were expected") }
        if let wanted = expected.size, size != wanted {
            return Finding(flaw: .mismatch, message: "it has \(size) bytes, and \(wanted) were expected")
        }
        let checksums = expected.knownChecksums(verification)
        let note = notes.map { _ in CheckedFiles.Note(status, expected, verification.level, checksums) }
        if let notes, let note, notes.passes(path, note) {
            progress?.passOver(size)
            return nil
        }
        let flaw = try ContentCheck.flaw(
            in: file, length: size, kind: expected.kind, level: verification.level)
        if let flaw, !flaw.isHarmless(isHashed: !checksums.isEmpty) { return Finding(flaw.error(expected.kind)) }
        // What only the hash can excuse is hashed, whether or not that was asked for.
        let isInDoubt = flaw.map { !$0.isHarmless(isHashed: false) } ?? false
        if !checksums.isEmpty, verification.hashesExisting || isInDoubt {
            if let finding = hashFinding(file, path, status, checksums) { return finding }
        } else {
            progress?.passOver(size)
        }
        if let notes, let note { notes.add(path, note) }
        return nil
    }

    private func hashFinding(
        _ file: any StorageFile, _ path: RelativePath, _ status: stat, _ checksums: [Checksum]
    ) -> Finding? {
        do throws(TryError) {
            var hash = try RunningHash(checksums)
            var rest = Int64(status.st_size)
            try hash.readOn(file, to: rest) {
                let piece = min(rest, RunningHash.pieceLength)
                pace?.wait(for: piece)
                progress?.read(piece)
                rest -= piece
                return true
            }
            guard let error = hash.mismatch(with: checksums) else { return nil }
            var finding = Finding(error)
            // By all other checks it is whole, so that it would be taken for the record's again.
            if verification.hashesExisting { finding.rotten = [RottenFile(path, status)] }
            return finding
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
