/// What a signature grants: the one statement of a CloudFront policy.
package struct Policy: Equatable, Sendable {
    /// A pattern. A policy that names no resource covers all of them; a canned one the URL that carries it.
    package let resource: String?
    package let before: Int64
    package let after: Int64?
    package let addresses: AddressBlock?

    /// Times beyond this, in the year 2286, are milliseconds that somebody took for seconds.
    package static let latestTime: Int64 = 9_999_999_999

    /// The policy of a URL with `Expires`: the URL itself, with no pattern in it, until then.
    package init(expires: Int64) {
        (resource, before, after, addresses) = (nil, expires, nil, nil)
    }

    /// Reads a policy of the URL's own. Returns nil where it is malformed.
    package init?(json: [UInt8]) {
        guard let fields = try? PolicyFields(json) else { return nil }
        (resource, before, after) = (fields.resource, fields.before, fields.after)
        guard let text = fields.sourceIP else {
            addresses = nil
            return
        }
        guard let block = AddressBlock(parsing: text) else { return nil }
        addresses = block
    }

    /// Whether a request for that URL, at that time and from that address, is covered.
    package func grants(_ url: String, at now: Double, from address: String) -> Bool {
        guard now < Double(before), after.map({ now > Double($0) }) ?? true else { return false }
        return (addresses?.contains(address) ?? true) && covers(url)
    }

    /// Whether its pattern matches a URL.
    package func covers(_ url: String) -> Bool { resource.map { ResourcePattern($0).matches(url) } ?? true }
}
