import Foundation
import Origin
import Store
import TestSupport
import Testing

/// What is between `tf-fetch` and an impostor.
@Suite struct FetchTLSTests {
    enum TryError: String, CaseIterable, Sendable {
        case notTrusted, expired, ofAnotherHost, noTLSAtAll
    }

    private let harness: FetchHarness

    init() throws { harness = try FetchHarness(size: 1_300_000, faults: ["*:cut=1100000*1"]) }

    @Test("a certificate that is trusted lets the file in")
    func trusted() throws {
        let server = try TLSServer(.good, giving: harness.original("a.mp4"), as: "a.mp4")
        let run = try harness.run(line(server.baseURL), ["--cacert", server.authority])
        #expect(run.status == 0)
        #expect(try harness.files() == harness.originals(["a.mp4"]))
    }

    @Test("what a variable trusts lets the file in, as with curl", arguments: ["SSL_CERT_FILE", "CURL_CA_BUNDLE"])
    func trustedByVariable(name: String) throws {
        let server = try TLSServer(.good, giving: harness.original("a.mp4"), as: "a.mp4")
        let run = try harness.run(line(server.baseURL), environment: Self.trusting(name, server.authority))
        #expect(run.status == 0)
        #expect(try harness.files() == harness.originals(["a.mp4"]))
    }

    @Test("a variable that names no file is reported before anything is asked for")
    func missingAuthority() throws {
        let run = try harness.run("", environment: Self.trusting("SSL_CERT_FILE", "/nowhere/ca.pem"))
        #expect(run.status == 2 && run.errors.contains("SSL_CERT_FILE: ") && run.errors.contains("/nowhere/ca.pem"))
    }

    @Test("any trouble with TLS is for another time, and leaves a part alone", arguments: TryError.allCases)
    func refused(trouble: TryError) throws {
        let plain = line(harness.origin.baseURL)
        _ = try harness.run(plain, ["--retries", "0"])
        let run = try fetch(over: trouble)
        let result = try run.result()
        #expect(run.status == 1)
        #expect(result["error"] as? String == "tls")
        #expect(result["retryable"] as? Bool == true)
        #expect(result["http_status"] == nil)
        #expect(try harness.files().mapValues(\.count) == ["a.mp4.part": 1_100_000])
        #expect(try harness.run(plain).result()["resumed_from"] as? Int == 1_100_000)
    }

    /// One variable, and none of those that the machine may have set.
    static func trusting(_ name: String, _ file: String) -> [String: String] {
        ["CURL_CA_BUNDLE": "", "SSL_CERT_DIR": "", "SSL_CERT_FILE": ""].merging([name: file]) { $1 }
    }

    private func fetch(over trouble: TryError) throws -> FetchHarness.Run {
        let certificate: TLSServer.Certificate
        switch trouble {
        case .noTLSAtAll:
            return try harness.run(line(harness.origin.baseURL.replacingOccurrences(of: "http:", with: "https:")))
        case .notTrusted: certificate = .good
        case .expired: certificate = .expired
        case .ofAnotherHost: certificate = .ofAnotherHost
        }
        let server = try TLSServer(certificate, giving: harness.original("a.mp4"), as: "a.mp4")
        return try harness.run(line(server.baseURL), trouble == .notTrusted ? [] : ["--cacert", server.authority])
    }

    private func line(_ base: String) -> String { #"{"path":"a.mp4","url":"\#(base)/a.mp4"}"# + "\n" }
}
