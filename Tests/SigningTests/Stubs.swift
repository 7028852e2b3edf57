import Foundation
import POSIX
import Records
import Signing
import TestSupport

/// A clock that stands still.
struct StoppedClock: Clock {
    var now = 1_800_000_000.0
    var monotonic: Double { 0 }
}

/// Signs by appending what a reader of the test can see through.
struct PlainSigner: URLSigner {
    func sign(_ url: ResourceURL, expires: Int64) throws(SigningFailure) -> SignedURL {
        SignedURL(bytes: url.bytes + "?Expires=\(expires)&Signature=S".utf8)
    }
}

/// What came out of a stream of lines.
struct Signed {
    let text: String
    let failures: Int

    var lines: [String] { text.split(separator: "\n").map(String.init) }

    /// The first line's fields; of a name that stands twice one.
    var fields: [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8.prefix { $0 != 10 }))) as? [String: Any]
            ?? [:]
    }

    func string(_ name: String) -> String? { fields[name] as? String }
}

/// Runs lines through the real stream, from file to file.
func signed(
    _ input: Data, by signer: any URLSigner = PlainSigner(),
    below base: String? = "https://cdn.example.com",
    expiry: Expiry = .after(Seconds(7200)), clock: any Clock = StoppedClock()
) throws -> Signed {
    let folder = try TemporaryFolder()
    try folder.write(input, to: "in")
    try folder.write("", to: "out")
    let source = try FileHandle(forReadingFrom: folder.file("in"))
    let target = try FileHandle(forWritingTo: folder.file("out"))
    let records = RecordSigner(
        signer: signer, baseURL: try base.map { try BaseURL($0) }, expiry: expiry, clock: clock)
    var stream = SigningStream(
        from: source.fileDescriptor, to: target.fileDescriptor, signer: records)
    try stream.run()
    return Signed(
        text: String(decoding: try folder.read("out"), as: UTF8.self), failures: records.failures)
}

func signed(_ line: String) throws -> Signed { try signed(Data((line + "\n").utf8)) }
