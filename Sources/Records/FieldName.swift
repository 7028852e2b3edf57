/// The names that a reader of lines looks for: an enumeration whose raw values count from 0.
package protocol FieldName: CaseIterable, RawRepresentable, Sendable where RawValue == UInt8 {
    /// The names of all cases, by raw value, as they stand in a line.
    static var names: [String] { get }
}

extension FieldName {
    /// The name as it stands in a line.
    @inlinable package var name: String { Self.names[Int(rawValue)] }
}

/// A set of at most 64 names.
package struct NameSet<Name: FieldName>: ExpressibleByArrayLiteral, Sendable {
    /// The names' raw values.
    package private(set) var numbers = NameNumbers()

    package init(arrayLiteral names: Name...) {
        for name in names { numbers.insert(name.rawValue) }
    }

    package func union(_ other: NameSet) -> NameSet {
        var joined = self
        joined.numbers = numbers.union(other.numbers)
        return joined
    }
}

/// A set of names that has lost their type: their raw values, below 64.
package struct NameNumbers: Sendable {
    @usableFromInline var bits: UInt64 = 0

    package mutating func insert(_ number: UInt8) { bits |= 1 << UInt64(number) }

    /// False for what is no name at all.
    @inlinable package func contains(_ number: UInt8) -> Bool { number < 64 && bits & (1 << UInt64(number)) != 0 }

    package func union(_ other: NameNumbers) -> NameNumbers {
        var joined = self
        joined.bits |= other.bits
        return joined
    }
}
