internal import CZlib
internal import Glibc
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

    package init(_ checksums: [Checksum]) throws(TryError) {
        var digests: [(Checksum.Algorithm, DigestStream)] = []
        for algorithm in Set(checksums.map(\.algorithm)) {
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
    package func covers(_ checksums: [Checksum]) -> Bool {
        checksums.allSatisfy { checksum in
            checksum.algorithm == .crc32 ? crc != nil : digests.contains { $0.algorithm == checksum.algorithm }
        }
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
                guard !piece.isEmpty else { throw SystemError("cannot read a file that was cut off", code: EIO) }
            } catch { throw TryError(disk: error) }
            piece.withUnsafeBytes { update($0) }
        }
    }

    private static let pieceLength: Int64 = 1 << 20

    /// What the bytes contradict, in words. Ends the hashes: nothing can be added any more.
    package func mismatch(with checksums: [Checksum]) -> TryError? {
        guard !checksums.isEmpty else { return nil }
        var values = digests.reduce(into: [:]) { $0[$1.algorithm] = $1.stream.finish() }
        values[.crc32] = crc?.value
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
