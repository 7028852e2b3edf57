internal import NDJSON
internal import Records

/// A policy's JSON, read: one statement, and of it what CloudFront documents. Anything else in it is passed over.
struct PolicyFields {
    struct Malformed: Error {}

    let resource: String?
    let before: Int64
    let after: Int64?
    let sourceIP: String?

    init(_ json: [UInt8]) throws {
        guard let statements = try Self.scan(json).value(.statement), statements.first == UInt8(ascii: "["),
            statements.last == UInt8(ascii: "]")
        else { throw Malformed() }
        // One statement: what stands between the brackets is an object, or else there are more of them, or none.
        let statement = try Self.scan(Array(statements.dropFirst().dropLast()))
        guard let condition = try statement.object(.condition), let before = try condition.time(.dateLessThan) else {
            throw Malformed()
        }
        resource = try statement.string(.resource)
        self.before = before
        after = try condition.time(.dateGreaterThan)
        sourceIP = try condition.object(.ipAddress).map { address in
            guard let text = try address.string(.sourceIP) else { throw Malformed() }
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
                throw PolicyFields.Malformed()
            }
            return time
        }
    }
}
