import Foundation
import Origin

/// What came back on a connection, to its end.
struct Reply {
    let status: Int
    let head: String
    let body: [UInt8]
    /// Whether the connection was reset rather than closed.
    let wasReset: Bool

    var text: String { String(decoding: body, as: UTF8.self) }

    func header(_ name: String) -> String? {
        for line in head.split(separator: "\r\n").dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts[0].lowercased() == name.lowercased() { return parts[1].trimmingCharacters(in: .whitespaces) }
        }
        return nil
    }
}

extension OriginServer {
    /// One request on a connection of its own; what is sent is written here to the byte, and nothing is followed.
    func ask(_ target: String, method: String = "GET", _ headers: [String: String] = [:]) throws -> Reply {
        let fields = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
        return try exchange(
            "\(method) \(target) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\(fields)\r\n")
    }

    /// Sends bytes as they are, and reads until the origin closes.
    func exchange(_ request: String) throws -> Reply {
        let client = try Connection(port: port)
        try client.send(request)
        let (bytes, wasReset) = client.readToEnd()
        return Reply(bytes, wasReset: wasReset)
    }
}

extension Reply {
    fileprivate init(_ bytes: [UInt8], wasReset: Bool) {
        let end = Data(bytes).range(of: Data("\r\n\r\n".utf8))
        head = String(decoding: bytes[..<(end?.lowerBound ?? bytes.count)], as: UTF8.self)
        body = Array(bytes[(end?.upperBound ?? bytes.count)...])
        status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        self.wasReset = wasReset
    }
}

/// A socket to the loopback address.
final class Connection {
    private let descriptor: CInt

    init(port: Int) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw POSIXError(.init(rawValue: errno) ?? .ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard Foundation.send(descriptor, bytes, bytes.count, CInt(MSG_NOSIGNAL)) == bytes.count else {
            throw POSIXError(.init(rawValue: errno) ?? .EPIPE)
        }
    }

    /// Reads so many bytes, or fewer where the connection ends.
    func read(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(descriptor, &bytes, count, CInt(MSG_WAITALL))
        return Array(bytes.prefix(max(0, received)))
    }

    func readToEnd() -> (bytes: [UInt8], wasReset: Bool) {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count <= 0 { return (bytes, count < 0 && errno == ECONNRESET) }
            bytes += piece[..<count]
        }
    }
}
