package import NDJSON
internal import OpenSSL
package import Records

/// What the record knows about the file.
package struct ExpectedFile: Equatable, Sendable {
    /// In bytes.
    package var size: Int64?
    /// As the record has it: with quotes or without.
    package var etag: String?
    package var checksums: [Checksum] = []
    package var kind = FileKind.video
    /// Fewer bytes cannot be of its kind.
    package var smallest = FileKind.video.smallest

    package init(size: Int64? = nil) { self.size = size }

    package init(_ line: LineScanner<Field>) throws(LineError) {
        size = try line.integer(.size)
        if let size, size < 0 { throw .wrongType(name: Field.size.name, found: .number, wanted: "a number of bytes") }
        etag = try line.string(.etag)
        if let word = try line.string(.kind) {
            guard let kind = FileKind(rawValue: word) else {
                throw .unknownWord(name: Field.kind.name, word: String(word.prefix(40)), wanted: FileKind.words)
            }
            self.kind = kind
            // An object may be empty where the record says so.
            smallest = kind == .any && size == 0 ? 0 : kind.smallest
        }
        checksums = [try Self.checksum(.md5, line, .md5), try Self.checksum(.sha256, line, .sha256)].compactMap { $0 }
    }

    private static func checksum(
        _ algorithm: Checksum.Algorithm, _ line: LineScanner<Field>, _ field: Field
    ) throws(LineError) -> Checksum? {
        guard let text = try line.string(field) else { return nil }
        guard let checksum = Checksum(algorithm, hex: text, source: "the record's '\(field.name)'") else {
            throw .wrongType(name: field.name, found: .string, wanted: "\(algorithm.length * 2) hexadecimal digits")
        }
        return checksum
    }

    /// As much of it as is checked.
    package func held(to verification: Verification) -> ExpectedFile {
        var held = verification.level == .none ? ExpectedFile() : self
        if verification.level < .type { held.smallest = 0 }
        return held
    }

    /// What the record alone says that the file hashes to.
    package func knownChecksums(_ verification: Verification) -> [Checksum] {
        let etag = verification.takesETagForMD5 ? etag : nil
        return checksums + [Self.checksum(ofETag: etag, source: "the record's 'etag'")].compactMap { $0 }
    }

    /// Whether an answer's ETag is the record's, by the weak comparison (RFC 9110, section 8.8.3.2): what compresses
    /// answers on the way makes a strong one weak. Records often have it without its quotes, or with those of XML.
    package func matches(etag other: String?) -> Bool {
        guard let etag else { return true }
        guard let other else { return false }
        return other == etag || Self.opaque(other) == Self.opaque(etag)
    }

    /// Each answer to a refresh has a tag: `replacing` for each of them cost more than all else of the answer's head.
    private static func opaque(_ etag: String) -> String {
        let isWeak = etag.utf8.starts(with: "W/".utf8)
        let tag = isWeak ? String(decoding: etag.utf8.dropFirst(2), as: UTF8.self) : etag
        return unquoted(tag.utf8.contains(UInt8(ascii: "&")) ? tag.replacing("&quot;", with: "") : tag)
    }

    /// The MD5 that an ETag is where the bucket takes it for one. Not one that ends in `-N`: that is of several parts.
    package static func checksum(ofETag etag: String?, source: String) -> Checksum? {
        etag.flatMap { Checksum(.md5, hex: unquoted($0), source: source) }
    }

    /// A tag has no quotes within (RFC 9110, section 8.8.3).
    private static func unquoted(_ etag: String) -> String {
        let quote = UInt8(ascii: "\"")
        guard etag.utf8.contains(quote) else { return etag }
        return String(decoding: etag.utf8.lazy.filter { $0 != quote }, as: UTF8.self)
    }
}

/// What a file must hash to, and who says so.
package struct Checksum: Equatable, Sendable {
    package enum Algorithm: String, Sendable {
        case crc32 = "CRC-32"
        case md5 = "MD5"
        case sha1 = "SHA-1"
        case sha256 = "SHA-256"

        /// The field of a record that has it.
        package var field: Field? {
            switch self {
            case .md5: .md5
            case .sha256: .sha256
            case .crc32, .sha1: nil
            }
        }

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

    /// Nil for what is not a hash of this kind.
    package init?(_ algorithm: Algorithm, hex: some StringProtocol, source: String) {
        self.init(algorithm, Self.bytes(hex: hex), source: source)
    }

    /// Nil for what is not a hash of this kind, such as S3's hash of the hashes of parts, which ends in `-N`.
    package init?(_ algorithm: Algorithm, base64: String, source: String) {
        self.init(algorithm, Base64.decoded(base64), source: source)
    }

    private static func bytes(hex: some StringProtocol) -> [UInt8]? {
        let digits = hex.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue.map { UInt8($0) } }
        guard digits.count == hex.utf8.count, digits.count % 2 == 0 else { return nil }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}

/// What a file is checked against before it counts as the record's.
package struct Verification: Sendable {
    /// Each one checks what those before it check.
    package enum Level: String, CaseIterable, Comparable, Sendable {
        /// That all bytes came which the answer promised.
        case none
        /// What the record and the answer say of size, hashes and ETag.
        case size
        /// That the first bytes are those of the record's kind.
        case type
        /// That its structure is whole, from the first byte to the last.
        case structure

        package static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .none: 0
            case .size: 1
            case .type: 2
            case .structure: 3
            }
        }
    }

    package var level: Level
    /// Whether a file that is there is read and hashed, where the record has a hash for it.
    package var hashesExisting: Bool
    /// Whether an ETag of 32 hexadecimal digits is the MD5.
    package var takesETagForMD5: Bool

    package init(level: Level = .structure, hashesExisting: Bool = false, takesETagForMD5: Bool = false) {
        self.level = level
        self.hashesExisting = hashesExisting
        self.takesETagForMD5 = takesETagForMD5
    }
}
