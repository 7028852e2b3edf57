import ArgumentParser
import Curl
import POSIX
import ToolSupport
import Transfer

/// How the origin is reached.
struct NetworkOptions: ParsableArguments {
    @Flag(help: "Follow redirects to other hosts too.")
    var follow = false

    @Option(help: ArgumentHelp("Ask this host only; can be given more than once.", valueName: "host"))
    var allowHost: [String] = []

    @Option(
        help: ArgumentHelp("Trust these certificates (PEM) instead of the system's.", valueName: "file"),
        completion: .file())
    var cacert: String?

    @Option(help: ArgumentHelp("Use this HTTP version: 1.1 or 2; else what the origin prefers.", valueName: "version"))
    var http = TransferSettings.HTTPVersion.any

    @Flag(name: [.customShort("4"), .long], help: "Use IPv4 addresses only.")
    var ipv4 = false

    @Flag(name: [.customShort("6"), .long], help: "Use IPv6 addresses only.")
    var ipv6 = false

    @Option(help: ArgumentHelp("What 'User-Agent' says.", valueName: "text"))
    var userAgent = "tf-fetch/\(Suite.version)"

    var hosts: HostPolicy { HostPolicy(allowed: allowHost, followsToOthers: follow) }

    /// Puts them into the settings, checked.
    func apply(to transfer: inout TransferSettings) throws(ToolFailure) {
        guard !(ipv4 && ipv6) else { throw .usage("--ipv4 and --ipv6 exclude each other: give one of them") }
        guard userAgent.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw .usage("--user-agent has a control character or one that is not ASCII")
        }
        if let host = allowHost.first(where: { !HostPolicy.isHost($0) }) {
            throw .usage("--allow-host '\(host)' is not a host: give a name, as in 'example.org' or '*.example.org'")
        }
        transfer.trust = TrustSettings(option: cacert) { Environment[$0] }
        if let file = transfer.trust.file, let origin = transfer.trust.origin {
            do throws(SystemError) { _ = try File(reading: file) } catch { throw .usage("\(origin): \(error)") }
        }
        transfer.hasProxy = TransferSettings.proxyVariables.contains { Environment[$0] != nil }
        transfer.httpVersion = http
        transfer.addressFamily = ipv4 ? .ipv4 : ipv6 ? .ipv6 : .any
    }
}

extension TransferSettings.HTTPVersion: ExpressibleByArgument {}
