import ArgumentParser
import OpenSSL
import POSIX
import Records
import Signing
import ToolSupport

@main
struct TFSign: Tool {
    static let name = "tf-sign"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Put a fresh signed URL into every record.",
        usage: "tf-sign --key-pair-id ID --private-key FILE [--base-url URL] [--ttl TIME | --expires-at TIME]",
        discussion: """
            Reads records, one JSON object on a line, from standard input and writes them with 'signed_url' and \
            'expires_at' to standard output. See tf-sign(1) and tf-records(5).
            """,
        version: Suite.version)

    @OptionGroup var options: SignOptions

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        let clock = SystemClock()
        let settings = try SignSettings(options, now: clock.now, diagnostics)
        let signer = RecordSigner(
            signer: settings.signer, baseURL: settings.baseURL, expiry: settings.expiry, clock: clock)
        var stream = SigningStream(from: 0, to: 1, signer: signer)
        do throws(SystemError) { try stream.run() } catch { throw .refused(error.description) }
        return signer.failures == 0 ? .success : .someFailed
    }
}
