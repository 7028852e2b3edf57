/// What a signature grants: the one statement of a CloudFront policy.
struct Policy: Equatable {
    /// A policy that names no resource covers all of them.
    let resource: ResourcePattern?
    let before: Int64
    let after: Int64?
    let addresses: AddressBlock?

    /// Times beyond this are milliseconds that somebody took for seconds.
    static let latestTime: Int64 = 9_999_999_999

    /// The text that CloudFront makes again from a URL with `Expires`: what a canned signature was made over.
    static func cannedText(url: String, expires: Int64) -> [UInt8] {
        let text = #"{"Statement":[{"Resource":"\#(url)","Condition":{"DateLessThan":{"AWS:EpochTime":\#(expires)}}}]}"#
        return Array(text.utf8)
    }

    /// The policy of a URL with `Expires`: the URL itself, with no pattern in it, until then.
    init(expires: Int64) {
        (resource, before, after, addresses) = (nil, expires, nil, nil)
    }

    /// Reads a policy of the URL's own. Returns nil where it is malformed.
    init?(json: [UInt8]) {
        guard let fields = try? PolicyFields(json) else { return nil }
        (resource, before, after) = (fields.resource.map(ResourcePattern.init), fields.before, fields.after)
        guard let text = fields.sourceIP else {
            addresses = nil
            return
        }
        guard let block = AddressBlock(parsing: text) else { return nil }
        addresses = block
    }

    /// Whether a request for that URL, at that time and from that address, is covered.
    func grants(_ url: String, at now: Double, from address: String) -> Bool {
        guard now < Double(before), after.map({ now > Double($0) }) ?? true else { return false }
        return (addresses?.contains(address) ?? true) && (resource?.matches(url) ?? true)
    }
}
