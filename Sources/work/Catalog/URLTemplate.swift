internal import Curl
internal import Records

/// How the URL of a video is made. What stands in the fields is percent-encoded; the slashes of keys and of
/// videos' names stay.
package struct URLTemplate: Equatable, Sendable {
    private let template: Template

    package init(_ text: String) throws(TemplateError) {
        template = try Template(text)
        guard WebAddress.isMeant(by: text), !text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) else {
            throw TemplateError("'\(text)' is no http or https URL, or holds what has to be percent-encoded")
        }
    }

    func render(_ values: some PlaceholderValues, to url: inout [UInt8]) throws(RowProblem) {
        url.removeAll(keepingCapacity: true)
        var value: [UInt8] = []
        for piece in template.pieces {
            switch piece {
            case .literal(let text): url += text
            case .field(let placeholder):
                value.removeAll(keepingCapacity: true)
                guard try values.append(placeholder, to: &value) != .absent else {
                    throw RowProblem("'\(placeholder.rawValue)' is missing, which the URL is made from")
                }
                if placeholder.isPath {
                    value.withUnsafeBytes { PercentEncoding.append(path: $0, to: &url) }
                } else {
                    PercentEncoding.append(value[...], to: &url)
                }
            }
        }
    }
}
