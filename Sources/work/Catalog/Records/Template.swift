internal import Curl
internal import Records

/// A text with fields of the record in it: `truefire/{segment_id}.mp4`. `{{` and `}}` mean single braces.
package struct Template: Equatable, Sendable {
    enum Piece: Equatable, Sendable {
        case literal([UInt8])
        case field(Placeholder)

        init(_ text: String) { self = .literal(Array(text.utf8)) }
    }

    let pieces: [Piece]

    package init(_ text: String) throws(TemplateError) {
        var pieces: [Piece] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.popFirst() {
            if character == "{" || character == "}", rest.first == character {
                rest.removeFirst()
                literal.append(character)
            } else if character == "{" {
                if !literal.isEmpty { pieces.append(Piece(literal)) }
                literal = ""
                pieces.append(.field(try Self.parsePlaceholder(&rest)))
            } else if character == "}" {
                throw TemplateError("'\(text)' has a '}' with no '{' (write '}}' for a brace)")
            } else {
                literal.append(character)
            }
        }
        if !literal.isEmpty { pieces.append(Piece(literal)) }
        guard pieces.contains(where: { if case .field = $0 { true } else { false } }) else {
            throw TemplateError("'\(text)' has no field in braces, so all records would be the same")
        }
        self.pieces = pieces
    }

    private static func parsePlaceholder(_ rest: inout Substring) throws(TemplateError) -> Placeholder {
        guard let end = rest.firstIndex(of: "}") else {
            throw TemplateError("'{\(rest)' has no closing brace (write '{{' for a brace)")
        }
        let name = String(rest[..<end])
        guard let placeholder = Placeholder(rawValue: name) else {
            throw TemplateError("'{\(name)}' is not a field; the fields are \(Placeholder.list)")
        }
        rest = rest[rest.index(after: end)...]
        return placeholder
    }
}

/// What a template can name.
package enum Placeholder: String, CaseIterable, Sendable {
    case courseID = "course_id"
    case courseTitle = "course_title"
    case channelID = "channel_id"
    case channelTitle = "channel_title"
    case segmentID = "segment_id"
    case title
    case position
    /// First and last component of the video's name, and all of it.
    case folder
    case name
    case videoPath = "video_path"
    case key

    static var list: String { allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ") }

    /// Whether its slashes part folders.
    var isPath: Bool { self == .videoPath || self == .key }
}

/// What is wrong with a template, or with what is said of fields.
package struct TemplateError: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// The value of a placeholder in one record.
enum PlaceholderValue {
    case absent, number, text
}

/// The values of a template's fields in one record.
protocol PlaceholderValues {
    /// Puts a value after what is in `text`; nothing where the record has no such value.
    func append(_ placeholder: Placeholder, to text: inout [UInt8]) throws(RecordError) -> PlaceholderValue
}

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
                throw TemplateError("'\(text)' is not one of the rules \(rules), and has no field in braces")
            }
            template = try Template(rule.text)
            return
        }
        template = try Template(text)
        guard !template.pieces.contains(.field(.key)) else { throw TemplateError("'{key}' is what '\(text)' makes") }
    }

    /// Makes the key, with no slash at its start: a video without a folder is at the top.
    func render(_ values: some PlaceholderValues, to key: inout [UInt8]) throws(RecordError) {
        if !key.isEmpty { key.removeAll(keepingCapacity: true) }
        for piece in template.pieces {
            switch piece {
            case .literal(let text): key += text
            case .field(let placeholder):
                guard try values.append(placeholder, to: &key) != .absent else {
                    throw RecordError("'\(placeholder.rawValue)' is missing, which the key is made from")
                }
            }
        }
        if key.first == UInt8(ascii: "/") { key.removeFirst(key.prefix { $0 == UInt8(ascii: "/") }.count) }
        guard !key.isEmpty else { throw RecordError("the key made from it is empty") }
        guard !key.contains(0) else { throw RecordError("the key made from it has a NUL byte") }
    }
}

/// How the URL of a video is made. What is in the fields is percent-encoded; the slashes of keys and of
/// videos' names stay.
package struct URLTemplate: Equatable, Sendable {
    private let template: Template

    package init(_ text: String) throws(TemplateError) {
        template = try Template(text)
        guard WebAddress.isMeant(by: text), !text.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) else {
            throw TemplateError("'\(text)' is not an http or https URL, or has what has to be percent-encoded")
        }
    }

    func render(_ values: some PlaceholderValues, to url: inout [UInt8]) throws(RecordError) {
        url.removeAll(keepingCapacity: true)
        var value: [UInt8] = []
        for piece in template.pieces {
            switch piece {
            case .literal(let text): url += text
            case .field(let placeholder):
                value.removeAll(keepingCapacity: true)
                guard try values.append(placeholder, to: &value) != .absent else {
                    throw RecordError("'\(placeholder.rawValue)' is missing, which the URL is made from")
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
