/// How an object's name at the origin is made: one of the rules that are in use, or a text with fields.
package struct KeyTemplate: Equatable, Sendable {
    /// The rules that have a name.
    package enum Rule: String, CaseIterable, Sendable {
        case folder
        case fullPath = "full-path"
        case segmentID = "segment-id"

        package var text: String {
            switch self {
            case .folder: "{folder}/{name}_med.mp4"
            case .fullPath: "{video_path}_med.mp4"
            case .segmentID: "truefire/{segment_id}.mp4"
            }
        }
    }

    private let template: Template

    package init(_ text: String) throws(TemplateError) {
        guard text.contains("{") || text.contains("}") else {
            guard let rule = Rule(rawValue: text) else {
                let rules = Rule.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
                throw TemplateError("'\(text)' is none of the rules \(rules), and holds no field in braces")
            }
            template = try Template(rule.text)
            return
        }
        template = try Template(text)
        guard !template.pieces.contains(.field(.key)) else { throw TemplateError("'{key}' is what '\(text)' makes") }
    }

    /// Makes the key, with no slash at its start: a video without a folder is at the top.
    func render(_ values: some PlaceholderValues, to key: inout [UInt8]) throws(RowProblem) {
        key.removeAll(keepingCapacity: true)
        for piece in template.pieces {
            switch piece {
            case .literal(let text): key += text
            case .field(let placeholder):
                guard try values.append(placeholder, to: &key) != .absent else {
                    throw RowProblem("'\(placeholder.rawValue)' is missing, which the key is made from")
                }
            }
        }
        if key.first == UInt8(ascii: "/") { key.removeFirst(key.prefix { $0 == UInt8(ascii: "/") }.count) }
        guard !key.isEmpty else { throw RowProblem("the key made from it is empty") }
        guard !key.contains(0) else { throw RowProblem("the key made from it holds a NUL byte") }
    }
}
