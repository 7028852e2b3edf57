import ArgumentParser
import Glibc
import Origin
import POSIX
import Records
import ToolSupport

@main
struct TFOrigin: Tool {
    static let name = "tf-origin"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Takes the place of CloudFront and S3: serves videos over HTTP on the loopback address.",
        discussion: """
            It prints a line with its address when it listens, and serves until a signal ends it.

            The fault script: each rule is PATTERN:FAULT[*COUNT]. PATTERN is matched with the decoded path ('*' is any \
            characters, '?' is one). COUNT is how many requests for each path have the fault; without it all have. Of \
            the rules that match, the first that has not struck COUNT times is the one, so that '/a:503*2' and then \
            '/a:cut*1' are three bad answers, and good ones from there on.

            \(FaultOptions.help)

            DETAIL is one of retry-after=WHEN, code=CODE, message=TEXT, region=NAME, endpoint=HOST and \
            by=s3 or by=cloudfront.
            """,
        version: Suite.version)

    @OptionGroup(title: "What is served")
    var content: ContentOptions

    @OptionGroup(title: "Who may have it")
    var signatures: SignatureOptions

    @OptionGroup(title: "How it misbehaves")
    var faults: FaultOptions

    @OptionGroup(title: "How it is served")
    var service: ServiceOptions

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        if let path = content.print {
            try content.printVideo(at: path)
            return .success
        }
        let settings = try settings(diagnostics)
        do throws(SystemError) { try serve(settings) } catch { throw .refused(error.description) }
    }

    private func settings(_ diagnostics: Diagnostics) throws(ToolFailure) -> OriginServer.Settings {
        var settings = OriginServer.Settings(content: try content.content())
        settings.signatures = try signatures.check()
        settings.faults = try faults.script()
        settings.port = Int(service.port)
        settings.latency = service.latency.seconds
        settings.rate = service.rate.map { Double($0.value) }
        let offset = service.clockOffset
        settings.now = { SystemClock().now + offset }
        settings.keepsRequests = false
        if service.log { settings.observer = { diagnostics.say($0.line) } }
        return settings
    }

    /// Serves until a signal comes, and ends by it.
    private func serve(_ settings: OriginServer.Settings) throws(SystemError) -> Never {
        Signals.reportFailedWrites()
        let signals = try StopSignals()
        let origin = try OriginServer.start(settings)
        if let file = service.portFile { try PortFile.write(origin.port, to: file) }
        try writeOut(Array("listening on \(origin.baseURL)\n".utf8))
        while true {
            try Descriptor.wait(signals.descriptor, for: .reading)
            guard let signal = signals.next() else { continue }
            origin.stop()
            Signals.end(by: signal)
        }
    }
}

extension RequestLog.Entry {
    /// A line of `--log`: what was asked for and how it was answered. What a signature is in, the query, is left out.
    fileprivate var line: String {
        let asked = range.map { " (\($0))" } ?? ""
        return "\(method) '\(rawPath)'\(asked): \(status)"
    }
}

/// A file that tells others the port. It is put in place whole: who sees it can read the port from it.
enum PortFile {
    static func write(_ port: Int, to path: String) throws(SystemError) {
        let draft = "\(path).\(getpid())"
        do throws(SystemError) {
            try write(Array("\(port)\n".utf8), toNew: draft)
            guard rename(draft, path) == 0 else { throw SystemError("cannot write '\(path)'") }
        } catch {
            unlink(draft)
            throw error
        }
    }

    private static func write(_ bytes: [UInt8], toNew path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw SystemError("cannot write '\(path)'") }
        let file = File(owning: descriptor)
        try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
            try Descriptor.write(file.descriptor, UnsafeRawBufferPointer(buffer))
        }
    }
}

/// Writes to standard output, to the last byte.
func writeOut(_ bytes: [UInt8]) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { buffer throws(SystemError) in
        try Descriptor.write(STDOUT_FILENO, UnsafeRawBufferPointer(buffer))
    }
}
