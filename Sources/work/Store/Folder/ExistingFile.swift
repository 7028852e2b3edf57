internal import Glibc
internal import POSIX
package import Records

/// The file of a record that was fetched before.
package struct ExistingFile: Sendable {
    package let path: RelativePath
    package let size: Int64
    /// When it was changed last, in Unix seconds.
    package let modified: Int64
    /// What its bytes have to hash to, where that is to be checked.
    private let checksums: [Checksum]
    private let file: any StorageFile

    /// The file under the record's path or one of its aliases, if it passes the checks of a fetched file, the hashes
    /// excepted. A file that does not pass counts as missing: it is replaced once a whole one has arrived.
    package static func find(
        _ path: RelativePath, orUnder aliases: [RelativePath], _ expected: ExpectedFile, in output: OutputFolder,
        _ verification: Verification
    ) throws(TryError) -> ExistingFile? {
        if let file = try open(path, expected, verification, output) { return file }
        for alias in aliases {
            // Only the place that will be written to has to be safe.
            if let file = try? open(alias, expected, verification, output) { return file }
        }
        return nil
    }

    private static func open(
        _ path: RelativePath, _ expected: ExpectedFile, _ verification: Verification, _ output: OutputFolder
    ) throws(TryError) -> ExistingFile? {
        guard let file = try output.open(path) else { return nil }
        do throws(SystemError) { return try ExistingFile(path, file, expected, verification) } catch {
            throw TryError(disk: error, at: .entry)
        }
    }

    /// Nil where the file does not pass.
    private init?(
        _ path: RelativePath, _ file: any StorageFile, _ expected: ExpectedFile, _ verification: Verification
    ) throws(SystemError) {
        let expected = expected.held(to: verification)
        let status = try file.plainStatus(path.name)
        (size, modified) = (Int64(status.st_size), Int64(status.st_mtim.tv_sec))
        guard size >= expected.smallest, size == expected.size ?? size else { return nil }
        let known = expected.knownChecksums(verification)
        let flaw = try ContentCheck.flaw(
            in: file, length: size, kind: expected.kind, level: verification.level)
        guard flaw?.isHarmless(isHashed: !known.isEmpty) ?? true else { return nil }
        // What only the hash can excuse is hashed, whether or not that was asked for.
        let isInDoubt = flaw.map { !$0.isHarmless(isHashed: false) } ?? false
        checksums = verification.hashesExisting || isInDoubt ? known : []
        self.path = path
        self.file = file
    }

    package var isToBeHashed: Bool { !checksums.isEmpty }

    /// Reads and hashes it. Nil: it is what the record says.
    package func checkHashes(while mayGoOn: () -> Bool) -> TryError? {
        do throws(TryError) {
            var hash = try RunningHash(checksums)
            try hash.readOn(file, to: size, while: mayGoOn)
            return hash.mismatch(with: checksums)
        } catch { return error }
    }
}
