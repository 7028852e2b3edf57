package import Curl
internal import Glibc

/// A server that answers with pages of JSON, and how it is asked.
package struct PageServer: Sendable {
    let address: WebAddress
    let token: BearerToken?
    let limits: PageLimits

    package init(_ address: WebAddress, token: BearerToken?, limits: PageLimits = PageLimits()) throws(CatalogFailure) {
        guard !address.hasCredentials else {
            throw CatalogFailure("the URL holds a user name or password: put a token into a file, see --token-file")
        }
        guard token == nil || address.isEncrypted || address.isLoopback else {
            throw CatalogFailure("\(address.withoutQuery): a token is not sent without encryption: give an https URL")
        }
        (self.address, self.token, self.limits) = (address, token, limits)
    }

    /// As it stands in messages.
    var name: String { address.withoutQuery }
}

/// What a server asks for before it answers (RFC 6750). It has no printable form.
package struct BearerToken: Sendable, CustomStringConvertible {
    private let text: String

    /// Nil where it cannot stand in a header line.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        self.text = text
    }

    var header: String { "Authorization: Bearer \(text)" }

    package var description: String { "<token>" }
}

/// How long, how large and how often.
package struct PageLimits: Sendable {
    /// Seconds to connect, for a whole page, and without a byte.
    var connecting = 30.0
    var wholePage = 300.0
    var silence = 60.0
    var bytes = 64 << 20
    /// How many times a page is asked for, while another time can help.
    var tries = 5
    /// The longest wait that a server may ask for, in seconds.
    var longestPause = 300.0
    /// Waits so many seconds.
    var pause: @Sendable (Double) -> Void = { _ = usleep(UInt32($0 * 1_000_000)) }

    package init() {}

    package init(bytes: Int, pause: @escaping @Sendable (Double) -> Void) {
        self.bytes = bytes
        self.pause = pause
    }
}
