/// A region's name, which is signed, and for which a store has keys of its own.
package struct Region: Sendable {
    package let name: String

    package init(_ name: String) throws(RegionError) {
        guard !name.isEmpty, name.utf8.count <= 64,
            name.allSatisfy({ $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") })
        else { throw RegionError() }
        self.name = name
    }

    /// AWS's partitions have domains of their own (botocore's `partitions.json`).
    private static let domains = [
        ("cn-", "amazonaws.com.cn"), ("eusc-", "amazonaws.eu"), ("us-isob-", "sc2s.sgov.gov"),
        ("us-isof-", "csp.hci.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"), ("us-iso-", "c2s.ic.gov"),
    ]

    /// Where a service of AWS is in the region.
    ///
    /// - Parameter service: as in `s3`, `portal.sso`.
    package func host(of service: String) -> String {
        let domain = Self.domains.first { name.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
        return "\(service).\(name).\(domain)"
    }
}

package struct RegionError: Error, Equatable, CustomStringConvertible {
    package init() {}

    package var description: String {
        "region: only small letters, digits and '-' are allowed in a name, as in 'us-east-1'"
    }
}
