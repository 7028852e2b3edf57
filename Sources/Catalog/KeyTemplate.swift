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
    }

    /// The key, with no slash at its start: a video without a folder is at the top.
    func render(_ values: some PlaceholderValues) throws(RowProblem) -> String {
        var key = ""
        for piece in template.pieces {
            switch piece {
            case .literal(let text): key += text
            case .field(let placeholder):
                switch try values.value(of: placeholder) {
                case .number(let number): key += String(number)
                case .text(let text): key += text
                case nil: throw RowProblem("'\(placeholder.rawValue)' is missing, which the key is made from")
                }
            }
        }
        if key.utf8.first == UInt8(ascii: "/") { key = String(key.drop { $0 == "/" }) }
        guard !key.isEmpty else { throw RowProblem("the key made from it is empty") }
        guard !key.utf8.contains(0) else { throw RowProblem("the key made from it holds a NUL byte") }
        return key
    }
}
