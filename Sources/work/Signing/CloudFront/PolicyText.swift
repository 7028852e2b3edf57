/// What a policy asks for beside its end. Without any of it CloudFront's canned policy will do.
package struct PolicyConditions: Equatable, Sendable {
    package var addresses: AddressBlock?
    /// Unix seconds.
    package var notBefore: Int64?

    package init(addresses: AddressBlock? = nil, notBefore: Int64? = nil) {
        (self.addresses, self.notBefore) = (addresses, notBefore)
    }
}

/// The JSON that is signed, without white space and with the conditions in one order. CloudFront makes the text of a
/// canned policy anew from the URL that it is asked for, so every byte counts (Developer Guide, "Create a policy
/// statement for a signed URL that uses a canned policy").
package enum PolicyText {
    package static func canned(_ url: some Collection<UInt8>, until end: Int64) -> [UInt8] {
        text(until: end, PolicyConditions(), length: url.count) { $0.append(contentsOf: url) }
    }

    /// A policy for one URL that is taken literally: `?` would stand for any character, and is written `\?`.
    static func custom(_ url: some Collection<UInt8>, until end: Int64, _ conditions: PolicyConditions) -> [UInt8] {
        text(until: end, conditions, length: url.count) { text in
            for byte in url {
                // In JSON a backslash is two.
                if byte == UInt8(ascii: "?") { text.append(contentsOf: #"\\"#.utf8) }
                text.append(byte)
            }
        }
    }

    /// A policy for all that begins like this; `*` at the end of the path covers every query too.
    static func custom(
        below folder: some Collection<UInt8>, until end: Int64, _ conditions: PolicyConditions
    ) -> [UInt8] {
        text(until: end, conditions, length: folder.count) { text in
            text.append(contentsOf: folder)
            text.append(UInt8(ascii: "*"))
        }
    }

    private static func text(
        until end: Int64, _ conditions: PolicyConditions, length: Int, resource: (inout [UInt8]) -> Void
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(length + 224)
        text.append(contentsOf: #"{"Statement":[{"Resource":""#.utf8)
        resource(&text)
        text.append(contentsOf: #"","Condition":{"DateLessThan":{"AWS:EpochTime":\#(end)}"#.utf8)
        if let block = conditions.addresses {
            text.append(contentsOf: #","IpAddress":{"AWS:SourceIp":"\#(block.text)"}"#.utf8)
        }
        if let start = conditions.notBefore {
            text.append(contentsOf: #","DateGreaterThan":{"AWS:EpochTime":\#(start)}"#.utf8)
        }
        text.append(contentsOf: "}}]}".utf8)
        return text
    }
}
