import ArgumentParser
import POSIX
import Signing
import ToolSupport

@main
struct TFSign: Tool {
    static let name = "tf-sign"

    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Put a fresh signed URL into every record.",
        usage: """
            tf-sign --key-pair-id ID --private-key FILE [--base-url URL] [OPTION...]
            tf-sign --s3 --bucket NAME --region NAME [--endpoint URL] [--path-style] [OPTION...]
            tf-sign --check [OPTION...]
            tf-sign --explain URL [--json] [OPTION...]
            """,
        discussion: """
            Reads records, one JSON object on a line, from standard input and writes them with 'signed_url' and \
            'expires_at' to standard output. See tf-sign(1) and tf-records(5).
            """,
        version: Suite.version)

    @OptionGroup var options: SignOptions

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        let clock = SystemClock()
        if options.general.explain != nil {
            if let option = options.firstWithoutEffectOnExplaining {
                throw .usage("\(option) has no effect on --explain: leave it out")
            }
            try Report.explain(options, clock: clock, diagnostics)
            return .success
        }
        if options.general.json { throw .usage("--json goes with --explain: leave it out, or give both") }
        let warnings = options.general.quiet ? nil : diagnostics
        let settings = try SignSettings(options, now: clock.now, warnings)
        if options.general.check {
            try Report.check(settings, clock: clock, diagnostics)
            return .success
        }
        return try signRecords(settings, clock)
    }

    private func signRecords(_ settings: SignSettings, _ clock: SystemClock) throws(ToolFailure) -> ToolStatus {
        let signer = RecordSigner(signer: settings.signer, baseURL: settings.baseURL)
        var stream = SigningStream(from: 0, to: 1, signer: signer, clock: clock)
        do throws(SigningEnd) { try stream.run() } catch { throw .refused(error.reason) }
        return signer.failures == 0 ? .success : .someFailed
    }
}
