import Foundation
import OpenSSL
import Origin
import TestSupport

/// A key pair that the `openssl` command made, and URLs that it signs: nothing of the project is between.
///
/// Sendable because nothing in its folder changes after it was made.
final class Signer: @unchecked Sendable {
    enum Kind: String, CaseIterable {
        case rsa = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"
        case p256 = "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"
    }

    let publicKey: PublicKey
    private let folder = try! TemporaryFolder()

    init(_ kind: Kind) throws {
        let run = try CommandRun.shell(
            "openssl \(kind.rawValue) -out key.pem 2>/dev/null && openssl pkey -in key.pem -pubout -out public.pem",
            directory: folder.url)
        guard run.status == 0 else { throw Failure(run.errors) }
        publicKey = try PublicKey(pem: Array(folder.read("public.pem")))
    }

    struct Failure: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    /// CloudFront's base64 of the signature over a text.
    func signature(of text: String, hash: String = "sha1") throws -> String {
        let run = try CommandRun.shell(
            "openssl dgst -\(hash) -sign key.pem | openssl base64 -A | tr -- '+=/' '-_~'",
            input: Data(text.utf8), directory: folder.url)
        guard run.status == 0, !run.output.isEmpty else { throw Failure(run.errors) }
        return run.output
    }

    /// A query with a canned policy for a URL.
    func canned(_ url: String, until expires: Int, hash: String? = nil) throws -> String {
        let policy =
            #"{"Statement":[{"Resource":"\#(url)","Condition":{"DateLessThan":{"AWS:EpochTime":\#(expires)}}}]}"#
        let signature = try signature(of: policy, hash: hash == "SHA256" ? "sha256" : "sha1")
        return "Expires=\(expires)&Signature=\(signature)&Key-Pair-Id=K1" + (hash.map { "&Hash-Algorithm=\($0)" } ?? "")
    }

    /// A query with a policy of its own.
    func custom(_ policy: String) throws -> String {
        let encoded = Data(policy.utf8).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "=", with: "_")
            .replacingOccurrences(of: "/", with: "~")
        return try "Policy=\(encoded)&Signature=\(signature(of: policy))&Key-Pair-Id=K1"
    }
}
