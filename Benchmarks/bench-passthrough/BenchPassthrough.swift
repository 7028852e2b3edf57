import POSIX
import Signing
import ToolSupport

/// `tf-sign` with the signing taken out: what is left is reading, checking and rewriting lines, which can be compared
/// with `jq -c .` on the same input.
@main
struct BenchPassthrough {
    static func main() {
        Signals.endOnBrokenPipe()
        let team = SigningTeam(
            signer: ConstantSigner(), baseURL: try? BaseURL("https://d111111abcdef8.cloudfront.net"), threads: 1)
        var stream = SigningStream(from: 0, to: 1, by: team, goingOn: false, clock: SystemClock())
        do throws(SigningStoppedError) { try stream.run() } catch {
            Diagnostics(tool: "bench-passthrough").say(error.reason)
            ToolStatus.refused.exit()
        }
        (stream.failures == 0 ? ToolStatus.success : .someFailed).exit()
    }
}

/// Answers every URL with the same text, as long as a URL signed with RSA-2048.
private struct ConstantSigner: URLSigner {
    private let signed: SignedURL

    init() {
        let query = "?Expires=1893456000&Signature=\(String(repeating: "A", count: 344))&Key-Pair-Id=K2JCJMDEHXQW5F"
        signed = SignedURL(
            bytes: Array("https://d111111abcdef8.cloudfront.net/truefire/12345.mp4\(query)".utf8),
            expires: 1_893_456_000)
    }

    func sign(_ object: SigningObject, at now: Double, into signed: inout SignedURL) throws(SigningError) {
        signed = self.signed
    }
}
