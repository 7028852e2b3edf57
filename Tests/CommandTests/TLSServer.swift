import Foundation
import TestSupport

/// `openssl s_server` with a certificate made for the test: it gives one file, over TLS, from a port of the kernel's.
final class TLSServer {
    enum Certificate: String, CaseIterable, Sendable {
        case good, expired, ofAnotherHost

        fileprivate var name: String { self == .ofAnotherHost ? "DNS:other.example" : "IP:127.0.0.1" }
        /// Of no days: it expires in the second in which it is made.
        fileprivate var days: Int { self == .expired ? 0 : 2 }
    }

    let port: Int
    private let folder = try! TemporaryFolder()
    private let process = Process()

    init(_ certificate: Certificate, giving body: Data, as name: String) throws {
        try folder.write("subjectAltName=\(certificate.name)\n", to: "extension")
        let script = """
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout key -out request \
                -subj /CN=test && \
            openssl x509 -req -in request -signkey key -days \(certificate.days) -extfile extension -out certificate
            """
        guard try CommandRun.shell(script, directory: folder.url).status == 0 else { throw POSIXError(.EIO) }
        let head = "HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\nContent-Type: video/mp4\r\n\r\n"
        try folder.write(Data(head.utf8) + body, to: name)

        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", "certificate", "-key", "key", "-HTTP",
        ]
        process.currentDirectoryURL = folder.url
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.runUnblocked()
        port = try Self.port(in: output.fileHandleForReading)
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    var baseURL: String { "https://127.0.0.1:\(port)" }

    /// What a client has to trust to believe it.
    var authority: String { folder.file("certificate").path }

    /// It says `ACCEPT 127.0.0.1:34355` when it listens.
    private static func port(in output: FileHandle) throws -> Int {
        var text = ""
        while let piece = try output.read(upToCount: 1), !piece.isEmpty {
            text += String(decoding: piece, as: UTF8.self)
            guard text.hasSuffix("\n") else { continue }
            if text.hasPrefix("ACCEPT "), let port = text.dropLast().split(separator: ":").last.flatMap({ Int($0) }) {
                return port
            }
            text = ""
        }
        throw POSIXError(.ECONNREFUSED)
    }
}
