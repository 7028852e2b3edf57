import Foundation
import NDJSON
import OpenSSL
import POSIX
import Records
import Signing
import TestSupport
import Testing

/// Several threads sign what one does.
@Suite struct SigningTeamTests {
    /// Lines of all kinds, in an order that the seed decides.
    private static func lines(seed: UInt64) -> Data {
        var random = SeededGenerator(seed: seed)
        let kinds: [(Int) -> String] = [
            { #"{"key":"course1/\#($0).mp4","path":"\#($0).mp4"}"# },
            { #"{"url":"https://other.example/\#($0)?a=b","status":"failed","attempt":2}"# },
            { #"{"key":"\#(String(repeating: "long/", count: $0 % 40))\#($0)"}"# },
            { #"{"path":"\#($0)"}"# },
            { #"{"key":"","line":\#($0)}"# },
            { #"{"url":"https://h/\#($0)?Signature=secret"}"# },
            { _ in "not JSON" },
            { _ in "" },
        ]
        let text = (0..<300).map { kinds[Int.random(in: 0..<kinds.count, using: &random)]($0) + "\n" }.joined()
        return Data(text.utf8)
    }

    @Test("what several threads sign is byte for byte what one signs, by a clock that never stops", arguments: 1...8)
    func same(seed: UInt64) throws {
        let input = Self.lines(seed: seed)
        func run(threads: Int) throws -> Signed {
            // RSA, as ECDSA's signatures are new each time.
            let signer = CloudFrontSigner(key: try .test(), lifetime: .after(Seconds(7200)))
            return try signed(input, by: signer, threads: threads, clock: TickingClock())
        }
        let one = try run(threads: 1)
        #expect(one.failures > 0)
        for threads in [2, 4] {
            let several = try run(threads: threads)
            #expect(several.text == one.text)
            #expect(several.failures == one.failures)
        }
    }

    @Test("with several threads too, a record without a place stops the run, and the lines before it are out")
    func noPlace() throws {
        let signer = CloudFrontSigner(key: try .test(), lifetime: .after(Seconds(7200)))
        let folder = try TemporaryFolder()
        let bad = (1...20).map { #"{"key":"","n":\#($0)}"# + "\n" }.joined()
        try folder.write("not JSON\n" + #"{"key":"k"}"# + "\n" + bad, to: "in")
        try folder.write("", to: "out")
        let source = try FileHandle(forReadingFrom: folder.file("in"))
        let target = try FileHandle(forWritingTo: folder.file("out"))
        let team = SigningTeam(signer: signer, baseURL: nil, threads: 4)
        var stream = SigningStream(
            from: source.fileDescriptor, to: target.fileDescriptor, by: team, clock: StoppedClock())
        let error = #expect(throws: SigningStoppedError.self) { try stream.run() }
        #expect(error?.isOfSettings == true)
        #expect(error?.reason.hasPrefix("line 2: ") == true)
        #expect(try folder.read("out").filter { $0 == 0x0A }.count == 1)
    }

    @Test("signers whose records' order matters, or whose signatures are cheap, are not copied for threads")
    func alone() throws {
        let course = CourseSigner(
            key: try .test(), lifetime: .after(Seconds(7200)), conditions: PolicyConditions())
        #expect(course.makerForThreads == nil)
    }
}
