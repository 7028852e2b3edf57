package import NDJSON
package import Records

/// What the record knows about the file.
package struct ExpectedFile: Equatable, Sendable {
    /// In bytes.
    package var size: Int64?
    /// As it stands in the record: with quotes or without.
    package var etag: String?
    package var checksums: [Checksum] = []
    /// Fewer bytes are no video, whatever they are.
    package var smallest: Int64 = 1024

    package init(size: Int64? = nil) { self.size = size }

    package init(_ line: LineScanner<Field>) throws(LineError) {
        size = try line.integer(.size)
        if let size, size < 0 { throw .wrongType(name: Field.size.name, found: .number, wanted: "a number of bytes") }
        etag = try line.string(.etag)
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

    /// Whether an answer's ETag is the record's. In records it often stands without its quotes.
    package func matches(etag other: String?) -> Bool {
        guard let etag else { return true }
        return other.map { Self.unquoted($0) == Self.unquoted(etag) } ?? false
    }

    /// The MD5 that an ETag is where the bucket takes it for one. Not one that ends in `-N`: that is of several parts.
    package static func checksum(ofETag etag: String?, source: String) -> Checksum? {
        etag.flatMap { Checksum(.md5, hex: unquoted($0), source: source) }
    }

    /// A tag has no quotes within (RFC 9110, section 8.8.3).
    private static func unquoted(_ etag: String) -> String { etag.filter { $0 != "\"" } }
}
