import Foundation
import OpenSSL
import POSIX
import Signing
import TestSupport

/// A clock that stands still.
struct StoppedClock: Clock {
    var now = 1_800_000_000.0
    var monotonic: Double { 0 }
}

/// A clock that shows 101, and a second more each time that it is looked at.
final class TickingClock: POSIX.Clock, @unchecked Sendable {
    private var time = 100.0

    var now: Double {
        time += 1
        return time
    }
    var monotonic: Double { 0 }
}

/// Signs by appending what a reader of the test can see through.
struct PlainSigner: URLSigner {
    var lifetime = 7200.0

    func sign(_ object: SigningObject, at now: Double, into signed: inout SignedURL) throws(SigningError) {
        let expires = Int64(now + lifetime)
        signed = SignedURL(bytes: object.url.bytes + "?Expires=\(expires)&Signature=S".utf8, expires: expires)
    }
}

extension CloudFrontKey {
    /// The test key, under the name KPAIR1.
    static func test(_ digest: Digest = .sha1) throws -> CloudFrontKey {
        let key = try PrivateKey(pem: Array(TestKeys.rsa.utf8), digest: digest)
        return CloudFrontKey(id: KeyPairID("KPAIR1")!, key: key, digest: digest)
    }
}

extension URLSigner {
    /// A URL signed, as text.
    func signed(_ url: String, course: Int64? = nil, at now: Double = 1_800_000_000) throws -> String {
        var signed = SignedURL()
        let object = SigningObject(url: try ResourceURL(onTheWire: url.utf8), courseID: course)
        try sign(object, at: now, into: &signed)
        return String(decoding: signed.bytes, as: UTF8.self)
    }
}

/// What came out of a stream of lines.
struct Signed {
    let text: String
    let failures: Int

    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// The first line's fields; of a name that is there twice, one.
    var fields: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8.prefix { $0 != 10 }))) as? [String: Any]
            ?? [:]
    }

    func string(_ name: String) -> String? { fields[name] as? String }
}

/// Runs lines through the real stream, from file to file.
func signed(
    _ input: Data, by signer: any URLSigner = PlainSigner(),
    below base: String? = "https://cdn.example.com", threads: Int = 1,
    clock: any Clock = StoppedClock()
) throws -> Signed {
    let folder = try TemporaryFolder()
    try folder.write(input, to: "in")
    try folder.write("", to: "out")
    let source = try FileHandle(forReadingFrom: folder.file("in"))
    let target = try FileHandle(forWritingTo: folder.file("out"))
    let team = SigningTeam(signer: signer, baseURL: try base.map { try BaseURL($0) }, threads: threads)
    var stream = SigningStream(from: source.fileDescriptor, to: target.fileDescriptor, by: team, clock: clock)
    try stream.run()
    return Signed(
        text: String(decoding: try folder.read("out"), as: UTF8.self), failures: stream.failures)
}

func signed(_ line: String) throws -> Signed { try signed(Data((line + "\n").utf8)) }

/// What a test finds in the place of what it looks for.
struct Unexpected: Error {}
