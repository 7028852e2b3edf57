internal import NDJSON
internal import Records

/// What a store says of a file that it has.
struct StoredFile: Equatable {
    /// Negative where the store does not tell, as for some documents.
    let size: Int64
    /// Lower case; nil where the store tells none.
    let md5, sha256: String?

    private enum Answer: UInt8, FieldName {
        case item

        static let names = ["item"]
    }

    /// The names that rclone gives them: its older versions write hashes in small letters.
    private enum Item: UInt8, FieldName {
        case size, hashes, isDir

        static let names = ["Size", "Hashes", "IsDir"]
    }

    private enum Hash: UInt8, FieldName {
        case md5, upperMD5, sha256, upperSHA256

        static let names = ["md5", "MD5", "sha256", "SHA-256"]
    }

    /// Reads the answer of `RemoteCall.stat`; nil where there is no such file.
    init?(_ answer: [UInt8]) {
        let outer = LineScanner<Answer>()
        guard (try? outer.scan(answer)) != nil, let item = outer.raw(.item) else { return nil }
        let line = LineScanner<Item>()
        guard (try? line.scan(Array(item))) != nil, line.boolean(ifAny: .isDir) != true else { return nil }
        size = line.integer(ifAny: .size) ?? -1
        let hashes = LineScanner<Hash>()
        guard let raw = line.raw(.hashes), (try? hashes.scan(Array(raw))) != nil else {
            (md5, sha256) = (nil, nil)
            return
        }
        func text(_ names: Hash...) -> String? {
            names.compactMap { hashes.string(ifAny: $0) }.first { !$0.isEmpty }?.lowercased()
        }
        (md5, sha256) = (text(.md5, .upperMD5), text(.sha256, .upperSHA256))
    }

    init(size: Int64, md5: String? = nil, sha256: String? = nil) {
        (self.size, self.md5, self.sha256) = (size, md5, sha256)
    }

    /// What is wrong with it as the copy of a file; nil where all that both sides tell agrees.
    ///
    /// - Parameters:
    ///   - md5, sha256: in lower case, as far as they are known.
    func flaw(size expected: Int64, md5 expectedMD5: String?, sha256 expectedSHA256: String?) -> String? {
        if size >= 0, size != expected { return "it has \(size) bytes there, and \(expected) here" }
        if let md5, let expectedMD5, md5 != expectedMD5 { return "its MD5 there is another one" }
        if let sha256, let expectedSHA256, sha256 != expectedSHA256 { return "its SHA-256 there is another one" }
        return nil
    }
}
