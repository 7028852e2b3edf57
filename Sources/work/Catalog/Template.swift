/// A text with fields of the record in it: `truefire/{segment_id}.mp4`. `{{` and `}}` stand for single braces.
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
                pieces.append(.field(try Self.takePlaceholder(&rest)))
            } else if character == "}" {
                throw TemplateError("'\(text)' has a '}' with no '{' (write '}}' for a brace)")
            } else {
                literal.append(character)
            }
        }
        if !literal.isEmpty { pieces.append(Piece(literal)) }
        guard pieces.contains(where: { if case .field = $0 { true } else { false } }) else {
            throw TemplateError("'\(text)' holds no field in braces, so all records would be the same")
        }
        self.pieces = pieces
    }

    private static func takePlaceholder(_ rest: inout Substring) throws(TemplateError) -> Placeholder {
        guard let end = rest.firstIndex(of: "}") else {
            throw TemplateError("'{\(rest)' has no closing brace (write '{{' for a brace)")
        }
        let name = String(rest[..<end])
        guard let placeholder = Placeholder(rawValue: name) else {
            throw TemplateError("'{\(name)}' is no field, the fields are \(Placeholder.list)")
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

/// What a placeholder stands for in one record.
enum PlaceholderValue {
    case absent, number, text
}

/// What a template's fields stand for in one record.
protocol PlaceholderValues {
    /// Puts a value behind what stands in `text`; nothing where the record has no such value.
    func append(_ placeholder: Placeholder, to text: inout [UInt8]) throws(RowProblem) -> PlaceholderValue
}
