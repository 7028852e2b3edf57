package import Records

/// A scheme of signing.
package protocol URLSigner {
    /// Whether it has to tell courses apart: only then is a record's `course_id` read.
    var needsCourse: Bool { get }

    /// Whether what opens an object is in its URL, which then is a secret.
    var signsURLs: Bool { get }

    /// Whether something has to be renewed before it can sign at this time, in Unix seconds, which may take a while.
    func needsRenewal(at now: Double) -> Bool

    /// Renews it. What is thrown is hopeless: no record can be signed any more.
    func renew(at now: Double) throws(SigningStoppedError)

    /// Puts the signed URL in place of what is in `signed`, whose room is used again.
    func sign(_ object: SigningObject, at now: Double, into signed: inout SignedURL) throws(SigningError)

    /// Makes others that sign alike, each for a thread of its own. Nil where the order of the records matters, or a
    /// signature costs no more than handing a record to another thread.
    var makerForThreads: (@Sendable () -> any URLSigner)? { get }
}

// A signer that treats all files alike, and lasts.
extension URLSigner {
    package var needsCourse: Bool { false }
    package var signsURLs: Bool { true }
    package func needsRenewal(at now: Double) -> Bool { false }
    package func renew(at now: Double) throws(SigningStoppedError) {}
    package var makerForThreads: (@Sendable () -> any URLSigner)? { nil }
}

/// What is signed.
package struct SigningObject {
    package let url: ResourceURL
    /// Nil where the record names none, or the signer does not need it.
    package let courseID: Int64?

    package init(url: ResourceURL, courseID: Int64? = nil) {
        (self.url, self.courseID) = (url, courseID)
    }
}

/// Why a URL that is fit to be signed was not.
package enum SigningError: Error, Equatable, CustomStringConvertible {
    /// In the words of the library.
    case cryptography(String)
    /// The signed URL's length in bytes.
    case tooLong(Int)
    /// A policy's pattern would open more than it should.
    case coversMore(String)
    /// The file of cookies could not be written.
    case jar(String)

    package var description: String {
        switch self {
        case .cryptography(let reason): "the key could not sign: \(reason)"
        case .tooLong(let count):
            "the signed URL has \(count) bytes, and CloudFront takes \(CloudFrontKey.longestURL) at most"
        case .coversMore(let reason): reason
        case .jar(let reason): "the file of cookies could not be written: \(reason)"
        }
    }
}

/// Why nothing more can be signed, and what to do.
package struct SigningStoppedError: Error, Equatable {
    package let reason: String
    /// Whether a setting is wrong or missing, rather than that what was good has come to its end.
    package let isOfSettings: Bool

    package init(_ reason: String, isOfSettings: Bool = false) {
        (self.reason, self.isOfSettings) = (reason, isOfSettings)
    }
}

/// A signed URL: a key to the video. Its printed form leaves out what opens the vault.
package struct SignedURL: CustomStringConvertible, Sendable {
    package internal(set) var bytes: [UInt8] = []
    /// Unix seconds.
    package internal(set) var expires: Int64 = 0

    package init() {}

    package init(bytes: [UInt8], expires: Int64) { (self.bytes, self.expires) = (bytes, expires) }

    package var description: String {
        String(decoding: bytes.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self) + "?<signature>"
    }

    /// Begins again with the object's URL and what separates it from a parameter.
    mutating func begin(with url: ResourceURL) {
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: url.bytes)
        bytes.append(url.hasQuery ? UInt8(ascii: "&") : UInt8(ascii: "?"))
    }
}

/// Until when URLs are good.
package enum Lifetime: Sendable {
    /// So many seconds from the moment of signing.
    case after(Seconds)
    /// Unix seconds.
    case until(Int64)

    /// The end of what is signed at this time, in whole seconds that never reach beyond it.
    package func end(from now: Double) -> Int64 {
        switch self {
        case .after(let seconds): Int64((now + seconds.value).rounded(.down))
        case .until(let time): time
        }
    }

    /// Whether nothing that is signed from this time on is valid for more than this many seconds.
    package func isWithin(_ seconds: Double, of now: Double) -> Bool {
        switch self {
        case .after(let length): length.value <= seconds
        case .until(let time): Double(time) - now <= seconds
        }
    }

    func hasExpired(at now: Double) -> Bool {
        if case .until(let time) = self { now >= Double(time) } else { false }
    }

    /// What a run ends with whose fixed end has come.
    static let expired = SigningStoppedError("the time of --expires-at has come: give a later one")
}

/// A signer that is at its end when the time of `--expires-at` has come, and at no other.
protocol LifetimeSigner: URLSigner {
    var lifetime: Lifetime { get }
}

extension LifetimeSigner {
    package func needsRenewal(at now: Double) -> Bool { lifetime.hasExpired(at: now) }

    package func renew(at now: Double) throws(SigningStoppedError) { throw Lifetime.expired }
}
