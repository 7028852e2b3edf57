package import AWS

/// A bucket of S3 or a store like it, and where its objects are.
package struct Bucket: Sendable {
    package let baseURL: BaseURL

    /// The bucket is part of the host, unless path style is wanted, or its name or the endpoint's does not allow it:
    /// certificates cover one level of names only, and a number has none.
    ///
    /// - Parameter endpoint: nil for AWS's own in the region.
    package init(_ name: String, region: Region, endpoint: String?, pathStyle: Bool) throws(BucketError) {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isAllowed), name != ".", name != ".." else { throw .name }
        let endpoint = endpoint ?? "https://\(region.s3Host)"
        do throws(ResourceURLError) {
            let url = try ResourceURL(onTheWire: endpoint.utf8)
            guard !url.hasQuery else { throw .query }
            let host = String(decoding: url.bytes[url.authority], as: UTF8.self)
            if pathStyle || !Self.isHostLabel(name) || Self.isAddress(host) {
                baseURL = try BaseURL("\(String(decoding: url.bytes, as: UTF8.self).withoutSlashes)/\(name)")
            } else {
                let (before, after) = (url.bytes[..<url.authority.lowerBound], url.bytes[url.authority.lowerBound...])
                let bytes = before + "\(name).".utf8 + after
                baseURL = try BaseURL(String(decoding: bytes, as: UTF8.self))
            }
        } catch {
            throw .endpoint(error)
        }
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func isHostLabel(_ name: String) -> Bool {
        (3...63).contains(name.utf8.count) && !name.hasPrefix("-") && !name.hasSuffix("-")
            && name.utf8.allSatisfy { isAllowed($0) && !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            && !name.contains(where: { $0 == "." || $0 == "_" })
    }

    /// Whether a host, perhaps with a port, is a number.
    private static func isAddress(_ host: String) -> Bool {
        host.hasPrefix("[") || host.prefix { $0 != ":" }.allSatisfy { $0 == "." || $0.isNumber }
    }
}

extension Region {
    /// The oldest region is the one whose name may be left out, and AWS's own tools do.
    var s3Host: String { name == "us-east-1" ? "s3.amazonaws.com" : host(of: "s3") }
}

extension String {
    fileprivate var withoutSlashes: Substring {
        self[..<(lastIndex { $0 != "/" }.map { index(after: $0) } ?? startIndex)]
    }
}

package enum BucketError: Error, Equatable, CustomStringConvertible {
    case name
    case endpoint(ResourceURLError)

    package var description: String {
        switch self {
        case .name: "bucket: only letters, digits, '.', '-' and '_' are allowed in a name, as in 'my-videos'"
        case .endpoint(let refusal): "endpoint: \(refusal)"
        }
    }
}
