internal import CZlib
internal import OpenSSL
internal import POSIX
package import Records

/// The hashes of a file's bytes from the first one on: those that are asked for, and no others.
package struct RunningHash {
    /// How many bytes it has seen.
    package private(set) var length: Int64 = 0
    private let digests: [(algorithm: Checksum.Algorithm, stream: DigestStream)]
    private var crc: CRC32?

    /// Asked for nothing, it costs nothing.
    package init() {
        digests = []
    }

    /// - Parameter more: one that nothing is compared with.
    package init(_ checksums: [Checksum], and more: Checksum.Algorithm? = nil) throws(TryError) {
        var digests: [(Checksum.Algorithm, DigestStream)] = []
        for algorithm in Set(checksums.map(\.algorithm) + [more].compactMap { $0 }) {
            guard let digest = algorithm.digest else {
                crc = CRC32()
                continue
            }
            do throws(OpenSSLError) { digests.append((algorithm, try DigestStream(digest))) } catch {
                throw TryError(.ioError, "cannot compute \(algorithm.rawValue): \(error)", countsAsAttempt: false)
            }
        }
        self.digests = digests
    }

    /// Whether it can tell about all of these.
    package func covers(_ checksums: [Checksum], and more: Checksum.Algorithm? = nil) -> Bool {
        checksums.allSatisfy { computes($0.algorithm) } && more.map(computes) ?? true
    }

    private func computes(_ algorithm: Checksum.Algorithm) -> Bool {
        algorithm == .crc32 ? crc != nil : digests.contains { $0.algorithm == algorithm }
    }

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        for digest in digests { digest.stream.update(bytes) }
        crc?.update(bytes)
        length += Int64(bytes.count)
    }

    /// Takes the bytes up to `end` from the file. Throws `interrupted` where it may not go on.
    package mutating func readOn(_ file: any StorageFile, to end: Int64, while mayGoOn: () -> Bool) throws(TryError) {
        while length < end {
            guard mayGoOn() else { throw .interrupted }
            let piece: [UInt8]
            do throws(SystemError) {
                piece = try file.read(at: length, count: Int(min(end - length, Self.pieceLength)))
            } catch { throw TryError(disk: error) }
            // Another process has shortened it meanwhile: that is not a fault of the disk.
            guard !piece.isEmpty else {
                throw TryError(
                    .ioError, "the file was cut off while it was read", owner: .record, countsAsAttempt: false)
            }
            piece.withUnsafeBytes { update($0) }
        }
    }

    /// So many bytes are read at a time.
    package static let pieceLength: Int64 = 1 << 20

    /// The hashes. Ends them: nothing can be added any more.
    package func finish() -> [Checksum.Algorithm: [UInt8]] {
        var values = digests.reduce(into: [:]) { $0[$1.algorithm] = $1.stream.finish() }
        values[.crc32] = crc?.value
        return values
    }

    /// What the bytes contradict, in words. Ends the hashes.
    package func mismatch(with checksums: [Checksum]) -> TryError? {
        checksums.isEmpty ? nil : Self.mismatch(finish(), with: checksums)
    }

    fileprivate static func mismatch(
        _ values: [Checksum.Algorithm: [UInt8]], with checksums: [Checksum]
    ) -> TryError? {
        guard let wrong = checksums.first(where: { values[$0.algorithm] != $0.value }) else { return nil }
        return TryError(
            .mismatch, "the \(wrong.algorithm.rawValue) of the bytes is not \(wrong.source)", startsOver: true)
    }
}

extension Checksum.Algorithm {
    fileprivate var digest: Digest? {
        switch self {
        case .crc32: nil
        case .md5: .md5
        case .sha1: .sha1
        case .sha256: .sha256
        }
    }
}

/// The CRC-32 of Ethernet, zip and PNG, over bytes that come in pieces.
package struct CRC32: Sendable {
    private var sum: CUnsignedLong = 0

    package init() {}

    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        // Without a buffer zlib would begin again.
        guard let start = bytes.baseAddress else { return }
        sum = unsafe crc32_z(sum, start.assumingMemoryBound(to: UInt8.self), bytes.count)
    }

    /// The sum of what has come so far, as four bytes, the highest first.
    package var value: [UInt8] {
        unsafe withUnsafeBytes(of: UInt32(truncatingIfNeeded: sum).bigEndian) { unsafe Array($0) }
    }
}

/// What the bytes of a part must hash to, by the record and by what the origin says in this run, and how far they have
/// been hashed.
package struct HashCheck {
    private let known: [Checksum]
    private let recorded: Checksum.Algorithm?
    /// What the bytes hash to by the algorithm that is recorded, once they have been compared.
    package private(set) var recordedValue: [UInt8]?
    private var checksums: [Checksum] = []
    private var hash = RunningHash()

    /// - Parameters:
    ///   - known: what the record says.
    ///   - recorded: a hash that is wanted for its own sake.
    package init(known: [Checksum], recorded: Checksum.Algorithm? = nil) {
        (self.known, self.recorded) = (known, recorded)
    }

    /// Learns from an answer's head what is to be hashed. What an earlier answer said of the same object still counts.
    ///
    /// - Parameter length: how many bytes of the object are in the part.
    package mutating func learn(_ told: [Checksum], length: Int64) throws(TryError) {
        if length == 0 || checksums.isEmpty { checksums = known }
        for checksum in told where !checksums.contains(checksum) { checksums.append(checksum) }
        if hash.length > length || !hash.covers(checksums, and: recorded) {
            hash = try RunningHash(checksums, and: recorded)
        }
    }

    /// Whether there is a hash to compare with.
    package var isAsked: Bool { !checksums.isEmpty }

    /// Hashes the bytes that come for this place, if all before them have been hashed.
    package mutating func update(_ bytes: UnsafeRawBufferPointer, at offset: Int64) {
        if hash.length == offset { hash.update(bytes) }
    }

    /// Whether a part of this length still has to be read, since bytes of it came in an earlier run.
    package func isBehind(_ length: Int64) -> Bool { (isAsked || recorded != nil) && hash.length < length }

    /// Reads what was not hashed as it came.
    package mutating func readOn(_ file: any StorageFile, to length: Int64, while mayGoOn: () -> Bool) throws(TryError)
    {
        try hash.readOn(file, to: length, while: mayGoOn)
    }

    /// What the bytes contradict; nil for nothing. Ends the hashes.
    package mutating func mismatch() -> TryError? {
        guard let recorded else { return hash.mismatch(with: checksums) }
        let values = hash.finish()
        recordedValue = values[recorded]
        return checksums.isEmpty ? nil : RunningHash.mismatch(values, with: checksums)
    }
}
