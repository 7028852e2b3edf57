package import OpenSSL

/// Signs each URL for CloudFront by itself: with a canned policy, or a custom one where there are conditions.
package struct CloudFrontSigner: LifetimeSigner {
    private let key: CloudFrontKey
    let lifetime: Lifetime
    private let conditions: PolicyConditions

    package init(key: CloudFrontKey, lifetime: Lifetime, conditions: PolicyConditions = PolicyConditions()) {
        (self.key, self.lifetime, self.conditions) = (key, lifetime, conditions)
    }

    package func sign(
        _ object: SigningObject, at now: Double, into signed: inout SignedURL
    ) throws(SigningError) {
        let (url, end) = (object.url, lifetime.end(from: now))
        signed.expires = end
        signed.begin(with: url)
        if conditions == PolicyConditions() {
            try key.appendQuery(canned: PolicyText.canned(url.bytes, until: end), until: end, to: &signed.bytes)
        } else {
            guard !url.bytes.contains(UInt8(ascii: "*")) else {
                throw .coversMore("the URL has a '*', which opens other objects too in a policy with conditions")
            }
            try key.appendQuery(custom: PolicyText.custom(url.bytes, until: end, conditions), to: &signed.bytes)
        }
        guard signed.bytes.count <= CloudFrontKey.longestURL else { throw .tooLong(signed.bytes.count) }
    }

    package var makerForThreads: (@Sendable () -> any URLSigner)? {
        let (lifetime, conditions, makeKey) = (lifetime, conditions, key.maker)
        return { CloudFrontSigner(key: makeKey(), lifetime: lifetime, conditions: conditions) }
    }
}

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

    /// Makes the same, each for a thread of its own.
    var maker: @Sendable () -> CloudFrontKey {
        let (id, digest, makeKey) = (id, digest, key.maker)
        return { CloudFrontKey(id: id, key: makeKey(), digest: digest) }
    }

    /// `Expires=…&Signature=…&Key-Pair-Id=…`, for a policy that CloudFront can make again.
    func appendQuery(canned policy: [UInt8], until end: Int64, to text: inout [UInt8]) throws(SigningError) {
        text.append(contentsOf: "Expires=\(end)".utf8)
        try appendSignature(of: policy, to: &text)
    }

    /// `Policy=…&Signature=…&Key-Pair-Id=…`.
    func appendQuery(custom policy: [UInt8], to text: inout [UInt8]) throws(SigningError) {
        text.append(contentsOf: "Policy=".utf8)
        CloudFrontBase64.append(policy[...], to: &text)
        try appendSignature(of: policy, to: &text)
    }

    private func appendSignature(of policy: [UInt8], to text: inout [UInt8]) throws(SigningError) {
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

/// The name of a public key at CloudFront: letters and digits, so that it can be in a query as it is.
package struct KeyPairID: Sendable {
    package let text: String

    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 128,
            text.unicodeScalars.allSatisfy({ $0.isASCII && ($0.properties.isAlphabetic || ("0"..."9").contains($0)) })
        else { return nil }
        self.text = text
    }
}

/// Base64 with the characters that mean something in a query replaced, as CloudFront wants it: `+` by `-`, `=` by `_`,
/// `/` by `~` (Developer Guide, "Code examples for creating a signature for a signed URL"). It is not base64url.
package enum CloudFrontBase64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-~".utf8)
    private static let padding = UInt8(ascii: "_")

    static func append(_ data: ArraySlice<UInt8>, to text: inout [UInt8]) {
        let alphabet = alphabet
        data.withUnsafeBytes { data in
            let groups = (data.count + 2) / 3
            withUnsafeTemporaryAllocation(byteCount: 4 * groups, alignment: 1) { symbols in
                for group in 0..<groups {
                    var bits: UInt32 = 0
                    for index in 3 * group..<3 * group + 3 {
                        bits = bits << 8 | (index < data.count ? UInt32(data[index]) : 0)
                    }
                    for index in 0..<4 { symbols[4 * group + index] = alphabet[Int(bits >> (18 - 6 * index)) & 63] }
                }
                for missing in 0..<(3 * groups - data.count) { symbols[4 * groups - 1 - missing] = padding }
                text.append(contentsOf: UnsafeRawBufferPointer(symbols))
            }
        }
    }

    /// Returns nil for what is not of this form, padding included.
    package static func decoded(_ text: some StringProtocol) -> [UInt8]? {
        guard !text.utf8.contains(where: { "+=/".utf8.contains($0) }) else { return nil }
        let standard = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case padding: UInt8(ascii: "=")
            case UInt8(ascii: "~"): UInt8(ascii: "/")
            default: byte
            }
        }
        return Base64.decoded(String(decoding: standard, as: UTF8.self))
    }
}
