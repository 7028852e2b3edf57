import Foundation
import NDJSON
import POSIX
import Signing
import Synchronization
import TestSupport
import Testing

/// The contract's rule of freshness: with the reader stopped, at most one page and two lines of signed records are out,
/// and two lines more for each thread where several sign.
@Suite struct FreshnessTests {
    private static let page = 4096

    @Test(
        "nothing is signed further ahead of the reader than a page and two lines, and two for each of several threads",
        .timeLimit(.minutes(1)), arguments: [1, 3])
    func ahead(threads: Int) throws {
        let lines = 2000
        let folder = try TemporaryFolder()
        let input = String(repeating: #"{"key":"truefire/12345.mp4"}"# + "\n", count: lines)
        let source = try FileHandle(forReadingFrom: folder.write(input, to: "in"))
        let pipe = Pipe()
        let counter = CountingSigner()
        let (from, to) = (source.fileDescriptor, pipe.fileHandleForWriting.fileDescriptor)
        let worker = WorkerThread {
            let team = SigningTeam(signer: counter, baseURL: try? BaseURL("https://h"), threads: threads)
            var stream = SigningStream(from: from, to: to, by: team, clock: SystemClock())
            #expect(throws: Never.self) { try stream.run() }
        }

        // The reader stands still until nothing more can come, then goes on in small steps.
        try PipeProbe.waitForBytes(Self.page, in: pipe.fileHandleForReading)
        let length = lineLength
        let most = Self.page + (threads == 1 ? 2 : 2 + 2 * threads) * length
        var taken = 0
        while taken < lines * length {
            #expect(counter.count * length <= taken + most)
            taken += try pipe.fileHandleForReading.read(upToCount: 100)?.count ?? 0
        }
        worker.join()
        #expect(counter.count == lines)
        #expect(taken == lines * length)
    }

    /// Of every signed line, its line end included.
    private var lineLength: Int {
        let query = "?Expires=1893456000"
        let text =
            #"{"key":"truefire/12345.mp4","signed_url":"https://h/truefire/12345.mp4\#(query)","expires_at":1893456000}"#
        return text.utf8.count + 1
    }
}

/// Counts what it signs.
private final class CountingSigner: URLSigner, Sendable {
    private let signed = Atomic(0)

    var count: Int { signed.load(ordering: .sequentiallyConsistent) }

    func sign(_ object: SigningObject, at now: Double, into url: inout SignedURL) throws(SigningError) {
        signed.add(1, ordering: .sequentiallyConsistent)
        url = SignedURL(bytes: object.url.bytes + "?Expires=1893456000".utf8, expires: 1_893_456_000)
    }

    var makerForThreads: (@Sendable () -> any URLSigner)? { { self } }
}
