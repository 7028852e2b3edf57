package import Records

/// A scheme of signing.
package protocol URLSigner {
    /// Signs a URL until `expires`, in Unix seconds.
    func sign(_ url: ResourceURL, expires: Int64) throws(SigningFailure) -> SignedURL
}

/// Why a URL that is fit to be signed was not.
package enum SigningFailure: Error, Equatable, CustomStringConvertible {
    /// In the words of the library.
    case cryptography(String)
    /// The signed URL's length in bytes.
    case tooLong(Int)

    package var description: String {
        switch self {
        case .cryptography(let reason): "the key could not sign: \(reason)"
        case .tooLong(let count): "the signed URL has \(count) bytes, and CloudFront takes 8192 at most"
        }
    }
}

/// A signed URL: a key to the video. Its printed form leaves out what opens the vault.
package struct SignedURL: CustomStringConvertible, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package var description: String {
        String(decoding: bytes.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self) + "?<signature>"
    }
}

/// Until when URLs are good.
package enum Expiry: Sendable {
    /// So many seconds from the moment of signing.
    case after(Seconds)
    /// Unix seconds.
    case at(Int64)

    func time(now: Double) -> Int64 {
        switch self {
        case .after(let seconds): Int64((now + seconds.value).rounded(.down))
        case .at(let time): time
        }
    }
}
