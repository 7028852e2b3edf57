internal import Records

/// How a path below the output folder is made. What is in the fields is made safe: it cannot add or leave a folder,
/// and a name that would be too long for a file system is cut.
package struct PathTemplate: Equatable, Sendable {
    /// The longest name of a file or folder, in bytes (NAME_MAX).
    package static let longestName = 255

    private let pieces: [Template.Piece]
    /// The same, by the names of folders and file.
    private let components: [[Template.Piece]]

    package init(_ text: String) throws(TemplateError) {
        pieces = try Template(text).pieces
        components = Self.split(pieces)
        let sample = components.map { pieces in
            pieces.flatMap { if case .literal(let text) = $0 { text } else { Array("x".utf8) } }
        }
        if let problem = RecordPath.check(Array(sample.joined(separator: "/".utf8))) {
            throw TemplateError("the path '\(text)' \(problem)")
        }
    }

    /// Whether two segments of different `segment_id` can never have the same path: after the id there is only text
    /// that is the same for all, and before it something that is not part of a number.
    package var tellsSegmentsApart: Bool {
        let pieces = Array(components.joined(separator: [Template.Piece("/")]))
        guard let last = pieces.lastIndex(where: { if case .field = $0 { true } else { false } }),
            pieces[last] == .field(.segmentID)
        else { return false }
        guard last > 0 else { return true }
        guard case .literal(let before) = pieces[last - 1], let end = before.last else { return false }
        return end != UInt8(ascii: "-") && !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(end)
    }

    func render(_ values: some PlaceholderValues, to path: inout [UInt8]) throws(RecordError) {
        path.removeAll(keepingCapacity: true)
        for piece in pieces { _ = try Self.append(piece, values, to: &path) }
        if path.count > Self.longestName { try renderByComponents(values, to: &path) }
        if let problem = RecordPath.check(path) {
            throw RecordError("path '\(String(decoding: path, as: UTF8.self))' \(problem)")
        }
    }

    /// Of a path so long that a name in it may be too long.
    private func renderByComponents(_ values: some PlaceholderValues, to path: inout [UInt8]) throws(RecordError) {
        path.removeAll(keepingCapacity: true)
        for pieces in components {
            if !path.isEmpty { path.append(UInt8(ascii: "/")) }
            let start = path.count
            for piece in pieces { _ = try Self.append(piece, values, to: &path) }
            if path.count - start > Self.longestName {
                path.removeSubrange(start...)
                path += try Self.cutComponent(pieces, values)
            }
        }
    }

    private static func split(_ pieces: [Template.Piece]) -> [[Template.Piece]] {
        var components: [[Template.Piece]] = [[]]
        for piece in pieces {
            guard case .literal(let text) = piece else {
                components[components.count - 1].append(piece)
                continue
            }
            for (index, part) in text.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).enumerated()
            {
                if index > 0 { components.append([]) }
                if !part.isEmpty { components[components.count - 1].append(.literal(Array(part))) }
            }
        }
        return components
    }

    /// A component whose texts, from the last to the first, are cut until it is short enough.
    private static func cutComponent(
        _ pieces: [Template.Piece], _ values: some PlaceholderValues
    ) throws(RecordError) -> [UInt8] {
        var texts: [(text: String, canBeCut: Bool)] = []
        for piece in pieces {
            var text: [UInt8] = []
            let canBeCut = try append(piece, values, to: &text)
            texts.append((String(decoding: text, as: UTF8.self), canBeCut))
        }
        var excess = texts.reduce(-longestName) { $0 + $1.text.utf8.count }
        // The folders of a video's path are names of their own.
        let isOneName = !pieces.contains { if case .field(let placeholder) = $0 { placeholder.isPath } else { false } }
        for index in texts.indices.reversed() where isOneName && excess > 0 && texts[index].canBeCut {
            let before = texts[index].text.utf8.count
            texts[index].text = texts[index].text.cut(toBytes: max(1, before - excess))
            excess -= before - texts[index].text.utf8.count
        }
        let component = Array(texts.map(\.text).joined().utf8)
        guard component.split(separator: UInt8(ascii: "/")).allSatisfy({ $0.count <= longestName }) else {
            throw RecordError("a name in its path is longer than \(longestName) bytes")
        }
        return component
    }

    /// Returns whether the text may be cut.
    private static func append(
        _ piece: Template.Piece, _ values: some PlaceholderValues, to path: inout [UInt8]
    ) throws(RecordError) -> Bool {
        guard case .field(let placeholder) = piece else {
            if case .literal(let text) = piece { path += text }
            return false
        }
        let start = path.count
        switch try values.append(placeholder, to: &path) {
        case .number: return false
        case .text:
            path.makeSafe(from: start, asPath: placeholder.isPath)
            return !placeholder.isPath
        // A lesson without a title is still a lesson.
        case .absent where placeholder == .title || placeholder == .channelTitle:
            path.append(UInt8(ascii: "_"))
            return false
        case .absent: throw RecordError("'\(placeholder.rawValue)' is missing, which the path is made from")
        }
    }
}

extension [UInt8] {
    /// Makes what follows from `start` on the safe name of a file, or the safe names of folders and a file.
    fileprivate mutating func makeSafe(from start: Int, asPath: Bool) {
        let isPlain = self[start...].allSatisfy {
            $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
        }
        if isPlain && count - start > 2 && (!asPath || count - start <= PathTemplate.longestName) { return }
        let text = String(decoding: self[start...], as: UTF8.self)
        removeSubrange(start...)
        self += (asPath ? text.safePath : text.safeName).utf8
    }
}

extension String {
    /// With `_` for what has no place in the name of a file: separators, control characters, and names that are empty
    /// or mean a folder.
    fileprivate var safeName: String {
        if isEmpty || self == "." || self == ".." { return "_" }
        var name = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            let isSafe = scalar != "/" && scalar != "\\" && scalar.properties.generalCategory != .control
            name.append(isSafe ? scalar : "_")
        }
        return String(name)
    }

    fileprivate var safePath: String {
        split(separator: "/").map { String($0).safeName.cut(toBytes: PathTemplate.longestName) }.joined(separator: "/")
    }

    /// At most this many bytes of it, with no character cut in two.
    fileprivate func cut(toBytes limit: Int) -> String {
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
    static func check(_ path: [UInt8]) -> String? { path.withUnsafeBytes { problem(of: $0) } }
}
