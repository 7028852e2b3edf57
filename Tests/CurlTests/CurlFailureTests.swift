import CCurl
import Foundation
import Testing

@testable import Curl

@Suite struct CurlFailureTests {
    @Test("the table has each code of the library that is built with, by number and name")
    func complete() throws {
        let folders = ["", "x86_64-linux-gnu/", "aarch64-linux-gnu/"]
        let header = try #require(
            folders.lazy.compactMap { try? String(contentsOfFile: "/usr/include/\($0)curl/curl.h", encoding: .utf8) }
                .first)
        let list = try #require(
            header.components(separatedBy: "} CURLcode;").first?.components(separatedBy: "typedef enum {").last)
        let names = try NSRegularExpression(pattern: #"^  CURLE_(\w+)"#, options: .anchorsMatchLines)
            .matches(in: list, range: NSRange(list.startIndex..., in: list))
            .compactMap { Range($0.range(at: 1), in: list).map { String(list[$0]) } }
        #expect(names.count == Int(CURL_LAST.rawValue))
        #expect(CurlFailure.table.prefix(names.count).map(\.name) == names)
    }

    @Test("every code but that of success is a failure in libcurl's words")
    func words() {
        for code in CurlFailure.table.indices {
            let failure = CurlFailure(code: code)
            #expect((failure == nil) == (code == 0))
            #expect(failure?.words.isEmpty != true)
        }
        #expect(CurlFailure(code: 9999)?.kind == .otherProtocol)
    }

    @Test(
        "a stream or connection that ended is broken, over any version of HTTP",
        arguments: [16, 52, 55, 56, 65, 80, 81, 92, 95])
    func broken(code: Int) { #expect(CurlFailure(code: code)?.kind == .broken) }

    @Test(
        "a handshake that was reset or closed says nothing about TLS, whatever the host is called",
        arguments: [
            "OpenSSL SSL_connect: Connection reset by peer in connection to certificate.example:443",
            "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to protocol.example:443",
            "TLS connect error: error:0A000126:SSL routines::unexpected eof while reading",
            "OpenSSL/3.0.19: error:0A000126:SSL routines::unexpected eof while reading",
            "OpenSSL SSL_connect: Broken pipe in connection to a:443",
            "OpenSSL SSL_connect: Connection timed out in connection to a:443",
            "error:00000000:lib(0)::reason(0)",
        ])
    func handshakeCut(details: String) {
        #expect(CurlFailure(code: 35, details: details)?.kind == .handshakeCut)
    }

    @Test(
        "a handshake that failed for its protocol or a certificate is reported in OpenSSL's words",
        arguments: [
            "error:0A00010B:SSL routines::wrong version number",
            "error:0A000410:SSL routines::sslv3 alert handshake failure",
            "error:0A00042E:SSL routines::tlsv1 alert protocol version",
            "error:0A0000C1:SSL routines::no shared cipher",
            "error:0A000126:SSL routines::unexpected eof while reading after alert",
            "",
        ])
    func handshakeFailed(details: String) {
        let failure = CurlFailure(code: 35, details: details)
        #expect(failure?.kind == .tlsProtocol)
        #expect(failure?.words == (details.isEmpty ? "SSL connect error" : details))
    }

    @Test(
        "what the code leaves open is reported by the words or the errno",
        arguments: [
            (56, "CONNECT tunnel failed, response 407", 0, CurlFailure.Kind.proxy),
            (56, "Received HTTP code 503 from proxy after CONNECT", 0, .proxy),
            (
                56, "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required, errno 0", 0,
                .tlsSettings
            ),
            (56, "Recv failure: Connection reset by peer", 104, .broken),
            (60, "SSL certificate problem: certificate is not yet valid", 0, .certificateNotYetValid),
            (60, "SSL certificate problem: self-signed certificate in certificate chain", 0, .certificate),
            (7, "", ENETUNREACH, .noNetwork), (7, "", ENETDOWN, .noNetwork), (7, "", EMFILE, .process),
            (7, "", ENFILE, .process), (7, "", EADDRNOTAVAIL, .process), (7, "", ECONNREFUSED, .unconnected),
            (7, "", EHOSTUNREACH, .unconnected), (7, "", 0, .unconnected),
        ])
    func refined(code: Int, details: String, systemError: Int32, kind: CurlFailure.Kind) {
        #expect(CurlFailure(code: code, details: details, systemError: systemError)?.kind == kind)
    }

    @Test("no URL, no query and no control character gets into the words")
    func secrets() throws {
        let failure = try #require(
            CurlFailure(
                code: 60,
                details:
                    "SSL: no name\u{1B}[31m for https://a.example/b c?Signature=SECRET user:SECRET@host\nx=SECRET end"))
        #expect(failure.words == "SSL: no name [31m for … … … … end")
        #expect(CurlFailure(code: 60, details: String(repeating: "x", count: 500))?.words.utf8.count == 160)
    }
}
