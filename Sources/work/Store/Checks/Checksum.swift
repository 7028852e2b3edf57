internal import OpenSSL

/// What a file must hash to, and who says so.
package struct Checksum: Equatable, Sendable {
    package enum Algorithm: String, Sendable {
        case crc32 = "CRC-32"
        case md5 = "MD5"
        case sha1 = "SHA-1"
        case sha256 = "SHA-256"

        /// Of the hash, in bytes.
        var length: Int {
            switch self {
            case .crc32: 4
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            }
        }
    }

    package let algorithm: Algorithm
    package let value: [UInt8]
    /// For a message: `the record's 'md5'`.
    package let source: String

    private init?(_ algorithm: Algorithm, _ value: [UInt8]?, source: String) {
        guard let value, value.count == algorithm.length else { return nil }
        (self.algorithm, self.value, self.source) = (algorithm, value, source)
    }

    /// Nil for what is no hash of this kind.
    package init?(_ algorithm: Algorithm, hex: some StringProtocol, source: String) {
        self.init(algorithm, Self.bytes(hex: hex), source: source)
    }

    /// Nil for what is no hash of this kind, such as S3's hash of the hashes of parts, which ends in `-N`.
    package init?(_ algorithm: Algorithm, base64: String, source: String) {
        self.init(algorithm, Base64.decoded(base64), source: source)
    }

    private static func bytes(hex: some StringProtocol) -> [UInt8]? {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map { UInt8($0) } }
        guard digits.count == hex.utf8.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
