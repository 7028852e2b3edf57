/// How deep in brackets a text is, and whether in a string.
package struct JSONNesting: Sendable {
    package private(set) var depth = 0
    package private(set) var isInString = false
    private var isEscaped = false

    /// In a string, and not after a backslash there.
    var isInText: Bool { isInString && !isEscaped }

    package init() {}

    package mutating func take(_ byte: UInt8) {
        if isEscaped {
            isEscaped = false
        } else if isInString {
            if byte == UInt8(ascii: "\\") { isEscaped = true }
            if byte == UInt8(ascii: "\"") { isInString = false }
        } else {
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            default: break
            }
        }
    }
}

/// Objects that do nothing but hold the array of the records: a page of Laravel's (`data`), a saved list (`courses`),
/// the answer of `aws s3api list-objects-v2` (`Contents`).
package enum JSONWrapper {
    private static let arrays = ["data", "Contents", "courses"].flatMap { name in
        [Array("{\"\(name)\":".utf8), Array(",\"\(name)\":".utf8)]
    }
    /// An object with one of these before the array is a record of its own.
    private static let recordNames = ["id", "path", "key"].map { Array("\"\($0)\":".utf8) }

    /// Whether a bracket after this text opens the array of a wrapper.
    ///
    /// - Parameter text: an object from its start on, without white space between its tokens.
    package static func opens(behind text: some BidirectionalCollection<UInt8>) -> Bool {
        guard arrays.contains(where: { text.suffix($0.count).elementsEqual($0) }) else { return false }
        return !recordNames.contains { Array(text).contains($0) }
    }
}
