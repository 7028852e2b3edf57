/// CloudFront's canned policy: one URL, until one moment. CloudFront makes it anew from the URL that it is asked for,
/// so every byte counts, and no white space may stand in it (Developer Guide, "Create a policy statement for a signed
/// URL that uses a canned policy").
enum CannedPolicy {
    static func text(resource: [UInt8], expires: Int64) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(resource.count + 96)
        text.append(contentsOf: #"{"Statement":[{"Resource":""#.utf8)
        text.append(contentsOf: resource)
        text.append(contentsOf: #"","Condition":{"DateLessThan":{"AWS:EpochTime":"#.utf8)
        text.append(contentsOf: String(expires).utf8)
        text.append(contentsOf: "}}}]}".utf8)
        return text
    }
}
