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

    @Option(
        help: ArgumentHelp(
            "Send these headers too, 'Name: value' on each line; not to the host that a redirect leads to.",
            valueName: "file"),
        completion: .file())
    var headerFile: String?

    @Option(
        help: ArgumentHelp(
            "Send the cookies of this file, in Netscape's form, as 'tf-sign --cookies' and curl write it.",
            valueName: "file"),
        completion: .file())
    var cookieFile: String?

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

// MARK: - Headers and cookies, which may be secrets

extension NetworkOptions {
    /// No message repeats what is in the files.
    func extras(_ warnings: Diagnostics?) throws(ToolFailure) -> RequestExtras {
        var extras = RequestExtras()
        if let headerFile {
            let text = try read(headerFile, "header file", warnings)
            do throws(OwnHeadersError) { extras.headers = try OwnHeaders(text) } catch {
                throw .usage("header file '\(headerFile)': \(error)")
            }
        }
        guard let cookieFile else { return extras }
        guard !extras.headers.has("cookie") else {
            throw .usage("--cookie-file and a 'Cookie' in --header-file exclude each other: give one of them")
        }
        do throws(CookieJarError) { extras.cookies = try CookieJar(cookieFile) } catch {
            throw .usage("cookie file '\(cookieFile)': \(error)")
        }
        if let file = try? File(reading: cookieFile) { warn(file, "cookie file '\(cookieFile)'", warnings) }
        return extras
    }

    private func read(_ path: String, _ subject: String, _ warnings: Diagnostics?) throws(ToolFailure) -> [UInt8] {
        do throws(SystemError) {
            let file = try File(reading: path)
            warn(file, "\(subject) '\(path)'", warnings)
            return try file.readAll(limit: 65536)
        } catch { throw .usage("\(subject) '\(path)': \(error.reason)") }
    }

    private func warn(_ file: File, _ subject: String, _ warnings: Diagnostics?) {
        guard (try? file.isOpenToOthers()) ?? false else { return }
        warnings?.say("\(subject): others can read it: run 'chmod 600' on it")
    }
}

extension TransferSettings.HTTPVersion: ExpressibleByArgument {}
