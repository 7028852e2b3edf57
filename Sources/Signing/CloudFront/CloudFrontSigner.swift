package import OpenSSL

/// Signs URLs for CloudFront with a canned policy.
package struct CloudFrontSigner: URLSigner {
    private let keyPairID: String
    private let key: PrivateKey
    private let hash: PrivateKey.Hash

    /// CloudFront takes no longer URL.
    private static let longestURL = 8192

    package init(keyPairID: KeyPairID, key: PrivateKey, hash: PrivateKey.Hash) {
        self.keyPairID = keyPairID.text
        self.key = key
        self.hash = hash
    }

    package func sign(_ url: ResourceURL, expires: Int64) throws(SigningFailure) -> SignedURL {
        let signature: ArraySlice<UInt8>
        do throws(PrivateKey.SigningError) {
            signature = try key.sign(CannedPolicy.text(resource: url.bytes, expires: expires))
        } catch {
            throw .cryptography(error.reason)
        }
        var bytes = url.bytes
        bytes.reserveCapacity(bytes.count + 512)
        bytes.append(url.hasQuery ? UInt8(ascii: "&") : UInt8(ascii: "?"))
        bytes.append(contentsOf: "Expires=\(expires)&Signature=".utf8)
        CloudFrontBase64.append(signature, to: &bytes)
        bytes.append(contentsOf: "&Key-Pair-Id=\(keyPairID)".utf8)
        if hash == .sha256 { bytes.append(contentsOf: "&Hash-Algorithm=SHA256".utf8) }
        guard bytes.count <= Self.longestURL else { throw .tooLong(bytes.count) }
        return SignedURL(bytes: bytes)
    }
}

/// The name of a public key at CloudFront: letters and digits, so that it can stand in a query as it is.
package struct KeyPairID: Sendable {
    let text: String

    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 128,
            text.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) })
        else { return nil }
        self.text = text
    }
}
