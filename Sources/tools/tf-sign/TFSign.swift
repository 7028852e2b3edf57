import ArgumentParser
import NDJSON
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

    @OptionGroup var messages: MessageOptions

    var isDebugging: Bool { messages.debug }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        let clock = SystemClock()
        if options.general.explain != nil {
            if let option = options.firstWithoutEffectOnExplaining {
                throw .usage("\(option) has no effect on --explain: leave it out")
            }
            if options.general.explain == "-" { diagnostics.announceTerminal("a signed URL, and nothing else,") }
            try Report.explain(options, clock: clock, diagnostics)
            return .success
        }
        if options.general.json { throw .usage("--json goes with --explain: leave it out, or give both") }
        if options.general.catalog != nil && !options.general.check {
            throw .usage("--catalog goes with --check: leave it out, or give both")
        }
        if let jobs = options.general.jobs, !(1...1000).contains(jobs) {
            throw .usage("--jobs \(jobs): give a number from 1 to 1000")
        }
        let warnings = options.general.quiet ? nil : diagnostics
        let settings = try SignSettings(options, now: clock.now, warnings)
        if let debug = diagnostics.debug { settings.explain(options, debug) }
        if options.general.check {
            try Report.check(settings, options.general, clock: clock, diagnostics)
            return .success
        }
        diagnostics.announceTerminal("records, one JSON object on a line,")
        return try signRecords(settings, clock)
    }

    private func signRecords(_ settings: SignSettings, _ clock: SystemClock) throws(ToolFailure) -> ToolStatus {
        let team = SigningTeam(
            signer: settings.scheme.signer, baseURL: settings.scheme.baseURL, threads: options.general.jobs ?? 1)
        var stream = SigningStream(from: 0, to: 1, by: team, goingOn: options.general.goOn, clock: clock)
        do throws(SigningStoppedError) { try stream.run() } catch {
            throw error.isOfSettings ? .usage(error.reason) : .refused(error.reason)
        }
        return stream.failures == 0 ? .success : .someFailed
    }
}

/// What is printed instead of signing.
enum Report {
    /// `--check`: the settings are good; what remains is the clock, and where the objects are.
    static func check(
        _ settings: SignSettings, _ options: GeneralOptions, clock: SystemClock, _ diagnostics: Diagnostics
    ) throws(ToolFailure) {
        let now = UnixTime(seconds: Int64(clock.now))
        guard now.seconds > clockFloor else {
            throw .usage("clock: it shows \(now.text): set it, or every signature is already expired")
        }
        if !SystemClock.isSynchronized && !options.quiet {
            diagnostics.say("clock: it is not synchronised, and signatures depend on it: start a time service")
        }
        if let path = options.catalog {
            try check(path, settings)
        } else if settings.scheme.baseURL == nil && !options.quiet {
            diagnostics.say(settings.scheme.noBaseURL)
        }
        try write(settings.rows + [("clock", now.text)])
    }

    /// What no record of a catalogue can be signed with is wrong, however good it looks.
    private static func check(_ path: String, _ settings: SignSettings) throws(ToolFailure) {
        let signer = RecordSigner(signer: settings.scheme.signer, baseURL: settings.scheme.baseURL)
        let check = try refusing { () throws(SystemError) in
            var catalog = try LineFile(path)
            return try SigningCheck(&catalog, signer)
        }
        if let problem = check.problem { throw .usage(problem) }
    }

    /// The first day of 2026: this program did not exist before it.
    private static let clockFloor: Int64 = 1_767_225_600

    /// `--explain`: what a URL grants.
    static func explain(_ options: SignOptions, clock: SystemClock, _ diagnostics: Diagnostics) throws(ToolFailure) {
        let text = try url(options.general)
        let object: SignedObject
        do throws(UnreadableURLError) { object = try SignedObject(text) } catch {
            // The URL itself is a key to the video: it is not repeated.
            throw .usage("the URL to explain: \(error)")
        }
        var verdict: Explanation.Verdict?
        for scheme in options.schemes where verdict == nil {
            verdict = try scheme.verdict(on: object.grant, now: clock.now, diagnostics)
        }
        let explanation = Explanation(
            object, verdict: verdict ?? .unchecked("no option of this tool can"), now: clock.now)
        if options.general.json {
            try StandardOutput.write(explanation.json)
        } else {
            try write(explanation.rows)
        }
    }

    private static func url(_ options: GeneralOptions) throws(ToolFailure) -> [UInt8] {
        guard options.explain == "-" else { return Array((options.explain ?? "").utf8) }
        let text: [UInt8]
        do throws(SystemError) { text = try File(reading: "/dev/stdin").readAll(limit: 65536) } catch {
            throw .usage("standard input: cannot read it: \(error.reason)")
        }
        let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        guard lines.count <= 1 else { throw .usage("standard input: it has several lines: give one URL") }
        return Array(lines.first ?? [])
    }

    /// A policy is the text of whoever signed: control characters in it are made visible.
    private static func write(_ rows: [(name: String, text: String)]) throws(ToolFailure) {
        let lines = rows.map { name, text in
            "\(name)\(String(repeating: " ", count: max(1, 12 - name.utf8.count)))\(text.printable)\n"
        }
        try StandardOutput.write(lines.joined())
    }
}
