internal import NDJSON
internal import Records

/// What a signature grants: the one statement of a CloudFront policy.
package struct Policy: Equatable, Sendable {
    /// A pattern. A policy that names no resource covers all of them; a canned one the URL that carries it.
    package let resource: String?
    package let before: Int64
    package let after: Int64?
    package let addresses: AddressBlock?

    /// Times beyond this, in the year 2286, are milliseconds that were taken for seconds.
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

/// A policy's JSON, read: one statement, and of it what CloudFront documents. Anything else in it is passed over.
struct PolicyFields {

    let resource: String?
    let before: Int64
    let after: Int64?
    let sourceIP: String?

    init(_ json: [UInt8]) throws {
        guard let statements = try Self.scan(json).value(.statement), statements.first == UInt8(ascii: "["),
            statements.last == UInt8(ascii: "]")
        else { throw PolicyError() }
        // One statement: what is between the brackets is an object, or else there are more of them, or none.
        let statement = try Self.scan(Array(statements.dropFirst().dropLast()))
        guard let condition = try statement.object(.condition), let before = try condition.time(.dateLessThan) else {
            throw PolicyError()
        }
        resource = try statement.string(.resource)
        self.before = before
        after = try condition.time(.dateGreaterThan)
        sourceIP = try condition.object(.ipAddress).map { address in
            guard let text = try address.string(.sourceIP) else { throw PolicyError() }
            return text
        }
    }

    fileprivate enum Name: UInt8, FieldName {
        case statement, resource, condition, dateLessThan, dateGreaterThan, ipAddress, epochTime, sourceIP

        static let names = [
            "Statement", "Resource", "Condition", "DateLessThan", "DateGreaterThan", "IpAddress", "AWS:EpochTime",
            "AWS:SourceIp",
        ]
    }

    fileprivate static func scan(_ json: [UInt8]) throws -> LineScanner<Name> {
        let scanner = LineScanner<Name>()
        try scanner.scan(json)
        return scanner
    }
}

extension LineScanner<PolicyFields.Name> {
    fileprivate func value(_ name: PolicyFields.Name) throws -> [UInt8]? { raw(name).map { Array($0) } }

    fileprivate func object(_ name: PolicyFields.Name) throws -> Self? {
        try value(name).map { try PolicyFields.scan($0) }
    }

    /// The moment that a condition on dates names, in seconds.
    fileprivate func time(_ name: PolicyFields.Name) throws -> Int64? {
        try object(name).map { date in
            guard let time = try date.integer(.epochTime), (0...Policy.latestTime).contains(time) else {
                throw PolicyError()
            }
            return time
        }
    }
}

/// What a policy asks for besides its end. Without any of it CloudFront's canned policy will do.
package struct PolicyConditions: Equatable, Sendable {
    package var addresses: AddressBlock?
    /// Unix seconds.
    package var notBefore: Int64?

    package init(addresses: AddressBlock? = nil, notBefore: Int64? = nil) {
        (self.addresses, self.notBefore) = (addresses, notBefore)
    }
}

/// The JSON that is signed, without white space and with the conditions in one order. CloudFront makes the text of a
/// canned policy again from the URL that it is asked for, so every byte counts (Developer Guide, "Create a policy
/// statement for a signed URL that uses a canned policy").
package enum PolicyText {
    package static func canned(_ url: some Collection<UInt8>, until end: Int64) -> [UInt8] {
        text(until: end, PolicyConditions(), length: url.count) { $0.append(contentsOf: url) }
    }

    /// A policy for one URL that is taken literally: `?` would mean any character, and is written `\?`.
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

/// A block of IPv4 addresses, as in `192.0.2.0/24`; one address without the slash. CloudFront knows no other addresses.
package struct AddressBlock: Equatable, Sendable {
    private let prefix: UInt32
    private let mask: UInt32
    /// As it is in a policy: always with its length.
    package let text: String

    /// Nil for what is not such a block.
    package init?(parsing text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.number(parts[0]), let bits = parts.count == 2 ? Self.decimal(parts[1]) : 32, bits <= 32
        else {
            return nil
        }
        // Shifting by all 32 bits gives 0, as Swift's smart shift has it.
        mask = .max << (32 - bits)
        prefix = address & mask
        self.text = "\(parts[0])/\(bits)"
    }

    /// Whether an address as text is in it; what is not an IPv4 address does not.
    package func contains(_ address: String) -> Bool {
        Self.number(address[...]).map { $0 & mask == prefix } ?? false
    }

    private static func number(_ text: Substring) -> UInt32? {
        let bytes = text.split(separator: ".", omittingEmptySubsequences: false).map { decimal($0) }
        guard bytes.count == 4 else { return nil }
        return bytes.reduce(UInt32?(0)) { number, byte in
            guard let number, let byte, byte <= 255 else { return nil }
            return number << 8 | byte
        }
    }

    /// Digits alone, without a zero before them: some programs take such a number for an octal one.
    private static func decimal(_ text: Substring) -> UInt32? {
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), text.first != "0" || text.count == 1 else { return nil }
        return UInt32(text)
    }
}

struct PolicyError: Error {}
