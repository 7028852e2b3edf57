internal import Inventory
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

    private enum Item: UInt8, FieldName {
        case size, hashes, isDir

        static let names = ["Size", "Hashes", "IsDir"]
    }

    /// Reads the answer of `RemoteCall.stat`; nil where there is no such file.
    init?(_ answer: [UInt8]) {
        let outer = LineScanner<Answer>()
        guard (try? outer.scan(answer)) != nil, let item = outer.raw(.item) else { return nil }
        let line = LineScanner<Item>()
        guard (try? line.scan(Array(item))) != nil, line.boolean(ifAny: .isDir) != true else { return nil }
        size = line.integer(ifAny: .size) ?? -1
        (md5, sha256) = line.raw(.hashes).map { RemoteHashes().read(Array($0)) } ?? (nil, nil)
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
