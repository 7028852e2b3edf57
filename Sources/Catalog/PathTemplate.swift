internal import Records

/// How a path below the output folder is made. What stands in the fields is made safe: it cannot add or leave a folder,
/// and a name that would be too long for a file system is cut.
package struct PathTemplate: Equatable, Sendable {
    /// The longest name of a file or folder, in bytes (NAME_MAX).
    package static let longestName = 255

    private let components: [[Template.Piece]]

    package init(_ text: String) throws(TemplateError) {
        components = Self.split(try Template(text).pieces)
        let sample = components.map { pieces in
            pieces.map { if case .literal(let text) = $0 { text } else { "x" } }.joined()
        }
        if let problem = RecordPath.check(sample.joined(separator: "/")) {
            throw TemplateError("the path '\(text)' \(problem)")
        }
    }

    /// Whether two segments of different `segment_id` can never have the same path: behind the id stands only text that
    /// is the same for all, and before it something that is no part of a number.
    package var tellsSegmentsApart: Bool {
        let pieces = Array(components.joined(separator: [.literal("/")]))
        guard let last = pieces.lastIndex(where: { if case .field = $0 { true } else { false } }),
            pieces[last] == .field(.segmentID)
        else { return false }
        guard last > 0 else { return true }
        guard case .literal(let before) = pieces[last - 1], let end = before.last else { return false }
        return end != "-" && !end.isNumber
    }

    func render(_ values: some PlaceholderValues) throws(RowProblem) -> String {
        var path = ""
        for pieces in components {
            if !path.isEmpty { path += "/" }
            let start = path.utf8.count
            for piece in pieces { path += try Self.text(of: piece, values).text }
            if path.utf8.count - start > Self.longestName {
                path = String(path.utf8.prefix(start))! + (try Self.cutComponent(pieces, values))
            }
        }
        if let problem = RecordPath.check(path) { throw RowProblem("path '\(path)' \(problem)") }
        return path
    }

    private static func split(_ pieces: [Template.Piece]) -> [[Template.Piece]] {
        var components: [[Template.Piece]] = [[]]
        for piece in pieces {
            guard case .literal(let text) = piece else {
                components[components.count - 1].append(piece)
                continue
            }
            for (index, part) in text.split(separator: "/", omittingEmptySubsequences: false).enumerated() {
                if index > 0 { components.append([]) }
                if !part.isEmpty { components[components.count - 1].append(.literal(String(part))) }
            }
        }
        return components
    }

    /// A component whose texts, from the last to the first, are cut until it is short enough.
    private static func cutComponent(
        _ pieces: [Template.Piece], _ values: some PlaceholderValues
    ) throws(RowProblem) -> String {
        var texts: [(text: String, canBeCut: Bool)] = []
        for piece in pieces { texts.append(try text(of: piece, values)) }
        var excess = texts.reduce(-longestName) { $0 + $1.text.utf8.count }
        // The folders of a video's path are names of their own.
        let isOneName = !pieces.contains(.field(.videoPath))
        for index in texts.indices.reversed() where isOneName && excess > 0 && texts[index].canBeCut {
            let before = texts[index].text.utf8.count
            texts[index].text = texts[index].text.cut(toBytes: max(1, before - excess))
            excess -= before - texts[index].text.utf8.count
        }
        let component = texts.map(\.text).joined()
        guard component.utf8.split(separator: UInt8(ascii: "/")).allSatisfy({ $0.count <= longestName }) else {
            throw RowProblem("a name in its path is longer than \(longestName) bytes")
        }
        return component
    }

    private static func text(
        of piece: Template.Piece, _ values: some PlaceholderValues
    ) throws(RowProblem) -> (text: String, canBeCut: Bool) {
        switch piece {
        case .literal(let text): return (text, false)
        case .field(let placeholder):
            switch try values.value(of: placeholder) {
            case .number(let number): return (String(number), false)
            case .text(let text) where placeholder == .videoPath: return (safePath(text), false)
            case .text(let text): return (text.safeName, true)
            // A lesson without a title is no lesson lost.
            case nil where placeholder == .title || placeholder == .channelTitle: return ("_", false)
            case nil: throw RowProblem("'\(placeholder.rawValue)' is missing, which the path is made from")
            }
        }
    }

    private static func safePath(_ path: String) -> String {
        path.split(separator: "/").map { String($0).safeName.cut(toBytes: longestName) }.joined(separator: "/")
    }
}

extension String {
    /// With `_` for what has no place in the name of a file: separators, control characters, and names that are empty
    /// or mean a folder.
    var safeName: String {
        if isEmpty || self == "." || self == ".." { return "_" }
        let isPlain = utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\") }
        if isPlain { return self }
        var name = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let isSafe = scalar != "/" && scalar != "\\" && scalar.properties.generalCategory != .control
            name.append(isSafe ? scalar : "_")
        }
        return String(name)
    }

    /// At most so many bytes of it, with no character cut in two.
    func cut(toBytes limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var cut = ""
        var count = 0
        for character in self {
            count += character.utf8.count
            if count > limit { break }
            cut.append(character)
        }
        return cut.isEmpty ? "_" : cut
    }
}

extension RecordPath {
    static func check(_ path: String) -> String? {
        var path = path
        return path.withUTF8 { problem(of: UnsafeRawBufferPointer($0)) }
    }
}
