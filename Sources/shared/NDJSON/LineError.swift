/// Why a line is not a record.
public enum LineError: Error, Equatable, CustomStringConvertible {
    case notJSON
    case notAnObject
    case badUTF8
    case tooDeep
    case tooLong
    case wrongType(name: String, found: JSONKind, wanted: String)
    case missing(name: String)
    /// A string that has to be one of a few words.
    case unknownWord(name: String, word: String, wanted: String)
    /// A string with half of a surrogate pair, where its text is needed.
    case loneSurrogate(name: String)

    public var description: String {
        switch self {
        case .notJSON: "the line is not JSON"
        case .notAnObject: "the line is not a JSON object"
        case .badUTF8: "the line is not UTF-8"
        case .tooDeep: "the line is nested deeper than 1,000"
        case .tooLong: "the line is longer than 1 MiB"
        case .wrongType(let name, let found, let wanted): "'\(name)' is \(found.phrase), not \(wanted)"
        case .unknownWord(let name, let word, let wanted): "'\(name)' is '\(word)', not \(wanted)"
        case .missing(let name): "'\(name)' is missing"
        case .loneSurrogate(let name): "'\(name)' has half of a surrogate pair"
        }
    }
}

/// The kinds of JSON values (RFC 8259, section 3).
public enum JSONKind: UInt8, Sendable {
    case null, `false`, `true`, number, string, array, object

    /// With its article, for a sentence.
    package var phrase: String {
        switch self {
        case .null: "null"
        case .false, .true: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
