internal import NDJSON
internal import POSIX
internal import Records

/// How many records of a host that does not serve a round takes: few, so that those of others are asked for too, however
/// many of the dead one's come before them. Which hosts these are says the file that `tf-fetch --evidence` has written.
package struct HostShares {
    private enum PlaceField: UInt8, FieldName {
        case url, signedURL

        static let names: [String] = [Field.url.name, Field.signedURL.name]
    }

    /// What is left of the share of each host that does not serve.
    private var left: [String: Int] = [:]
    /// Whether there is a host of which nothing bad is known.
    private var hasOthers = false
    private let share: Int
    private let scanner = LineScanner<PlaceField>()

    /// A host's part of a round, and what tells most of it at least: so many failures condemn it.
    private static let (part, least) = (20, 3)

    /// - Parameters:
    ///   - evidence: a file that is not there, or lines that cannot be read, say nothing.
    ///   - limit: how many records the round takes at most.
    package init(evidence: String, limit: Int) {
        share = max(Self.least, limit / Self.part)
        guard var file = try? LineFile(evidence) else { return }
        let line = LineScanner<EvidenceField>()
        while let raw = try? file.next() {
            guard (try? line.scan(raw)) != nil, line.string(ifAny: .suspect) == FaultOwner.host.rawValue
            else { continue }
            let isDown = (try? line.boolean(.condemned)).flatMap { $0 } ?? false
            if isDown, let name = line.string(ifAny: .name) { left[name] = share }
            if !isDown { hasOthers = true }
        }
        // The host of records without a URL is the signer's to know: it is down where all are.
        if !hasOthers && !left.isEmpty { left[""] = share }
    }

    /// Whether a record may be in the round. It is counted then.
    mutating func takes(_ line: RawLine) -> Bool {
        guard !left.isEmpty, (try? scanner.scan(line)) != nil else { return true }
        let url = scanner.string(ifAny: .signedURL) ?? scanner.string(ifAny: .url)
        let host = url.map(Self.origin) ?? ""
        guard let share = left[host] else { return true }
        left[host] = max(0, share - 1)
        return share > 0
    }

    /// Scheme, host and port, in lower case.
    private static func origin(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count > 2 else { return "" }
        let authority = parts[2].prefix { !"?#".contains($0) }.split(separator: "@", omittingEmptySubsequences: false)
        return "\(parts[0])//\(authority.last ?? "")".lowercased()
    }
}
