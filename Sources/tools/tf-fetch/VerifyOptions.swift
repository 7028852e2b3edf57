import ArgumentParser
import Store
import ToolSupport
import Transfer

/// The options about what a file must be.
struct VerifyOptions: ParsableArguments {
    @Option(help: "How closely files are checked, new ones and those that are there.")
    var verify = Verification.Level.structure

    @Flag(help: "Read and hash files that are there, where the record has a hash.")
    var verifyExisting = false

    @Flag(name: .customLong("etag-is-md5"), help: "Take an ETag of 32 hexadecimal digits for the MD5.")
    var etagIsMD5 = false

    /// `tf-bulk` knows `--hash` as `tf-sign`'s.
    @Option(
        name: [.customLong("file-hash"), .customLong("hash")],
        help: "What the bytes are hashed with as they come, for the result.")
    var hash = RecordedHash.none

    /// A hash that results can have.
    enum RecordedHash: String, CaseIterable, ExpressibleByArgument {
        case none, md5, sha256

        var algorithm: Checksum.Algorithm? {
            switch self {
            case .none: nil
            case .md5: .md5
            case .sha256: .sha256
            }
        }
    }

    init() {}

    func verification() throws(ToolFailure) -> Verification {
        guard verify > .none || !(verifyExisting || etagIsMD5) else {
            throw .usage("--verify none checks no hashes: leave it out, or --verify-existing and --etag-is-md5")
        }
        return Verification(level: verify, hashesExisting: verifyExisting, takesETagForMD5: etagIsMD5)
    }
}

extension Verification.Level: ExpressibleByArgument {}
