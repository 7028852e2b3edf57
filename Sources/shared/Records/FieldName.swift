/// The names that a reader of lines looks for: an enumeration whose raw values count from 0.
package protocol FieldName: CaseIterable, RawRepresentable, Sendable where RawValue == UInt8 {
    /// The names of all cases, by raw value, as they stand in a line.
    static var names: [String] { get }
}

extension FieldName {
    /// The name as it stands in a line.
    package var name: String { Self.names[Int(rawValue)] }
}

extension FieldName {
    /// The names of the cases in the manner of the lines: `courseID` is `course_id`.
    package static var snakeCaseNames: [String] { allCases.map { snakeCase(String(describing: $0)) } }

    private static func snakeCase(_ name: String) -> String {
        var text = ""
        var wasSmall = false
        for character in name {
            if character.isUppercase && wasSmall { text += "_" }
            wasSmall = !character.isUppercase
            text += character.lowercased()
        }
        return text
    }
}

/// A set of at most 64 names.
package struct NameSet<Name: FieldName>: ExpressibleByArrayLiteral, Sendable {
    /// By raw value, a bit for each.
    package private(set) var bits: UInt64 = 0

    package init(arrayLiteral names: Name...) {
        for name in names { bits |= 1 << UInt64(name.rawValue) }
    }

    package func union(_ other: NameSet) -> NameSet {
        var joined = self
        joined.bits |= other.bits
        return joined
    }
}
