package import OpenSSL

/// A key pair that CloudFront knows: signs policies, and writes what a signed URL ends with.
package struct CloudFrontKey {
    private let id: KeyPairID
    private let key: PrivateKey
    private let digest: Digest

    /// CloudFront takes no longer URL.
    static let longestURL = 8192

    /// - Parameter digest: the one that the key signs with.
    package init(id: KeyPairID, key: PrivateKey, digest: Digest) {
        (self.id, self.key, self.digest) = (id, key, digest)
    }

    /// `Expires=…&Signature=…&Key-Pair-Id=…`, for a policy that CloudFront can make anew.
    func appendQuery(canned policy: [UInt8], until end: Int64, to text: inout [UInt8]) throws(SigningFailure) {
        text.append(contentsOf: "Expires=\(end)".utf8)
        try appendSignature(of: policy, to: &text)
    }

    /// `Policy=…&Signature=…&Key-Pair-Id=…`.
    func appendQuery(custom policy: [UInt8], to text: inout [UInt8]) throws(SigningFailure) {
        text.append(contentsOf: "Policy=".utf8)
        CloudFrontBase64.append(policy, to: &text)
        try appendSignature(of: policy, to: &text)
    }

    private func appendSignature(of policy: [UInt8], to text: inout [UInt8]) throws(SigningFailure) {
        let signature: ArraySlice<UInt8>
        do throws(OpenSSLError) { signature = try key.sign(policy) } catch { throw .cryptography(error.reason) }
        text.append(contentsOf: "&Signature=".utf8)
        CloudFrontBase64.append(signature, to: &text)
        text.append(contentsOf: "&Key-Pair-Id=".utf8)
        text.append(contentsOf: id.text.utf8)
        if digest == .sha256 { text.append(contentsOf: "&Hash-Algorithm=SHA256".utf8) }
    }
}

extension Digest {
    /// The hashes that CloudFront takes signatures over.
    package static let ofCloudFront: [Digest] = [.sha1, .sha256]
}
