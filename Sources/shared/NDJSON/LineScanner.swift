public import Records

/// One line split into its fields, and checked to its last byte. What it returns is valid until the next scan, and only
/// while the line's bytes exist. Copies are the same scanner.
///
/// Of a name that is there twice the last counts; a field that is `null` counts as absent.
///
/// All of it is inlinable, so that other rooms specialise it: unspecialised, a generic type of another room takes a
/// third more time for a line. And it is public, since the compiler keeps the bodies of public functions only for other
/// rooms, not those of `package`.
public struct LineScanner<Name: FieldName> {
    /// The same by numbers in place of names.
    @usableFromInline package let fields: FieldScanner

    package init() { fields = FieldScanner(names: Name.names) }

    @inlinable public func scan(_ line: RawLine) throws(LineError) { try fields.scan(line) }

    /// Scans bytes that are not a reader's.
    @inlinable public func scan(_ text: [UInt8]) throws(LineError) { try fields.scan(text) }

    /// Whether the line is a JSON object, and its fields can be read.
    @inlinable public func accepts(_ line: RawLine) -> Bool { fields.accepts(line) }
}

// MARK: - What is in a field

extension LineScanner {
    /// Whether the field is there and not `null`.
    @inlinable public func has(_ name: Name) -> Bool { fields.has(name.rawValue) }

    /// How many times the name is in the line, whatever its values are.
    @inlinable public func occurrences(of name: Name) -> Int { fields.occurrences(of: name.rawValue) }

    /// The kind of the field's value; nil where it is absent or `null`.
    @inlinable public func kind(_ name: Name) -> JSONKind? { fields.kind(name.rawValue) }

    /// The text of a string field, without escapes, with no copy made.
    @inlinable public func text(_ name: Name) throws(LineError) -> UnsafeRawBufferPointer? {
        try fields.text(name.rawValue)
    }

    @inlinable public func string(_ name: Name) throws(LineError) -> String? {
        try text(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number of 64 bits; `1.0` and `1e3` are whole numbers too, since `jq` may write them so.
    @inlinable public func integer(_ name: Name) throws(LineError) -> Int64? { try fields.integer(name.rawValue) }

    /// A number that a `Double` can hold: never an infinity.
    @inlinable public func number(_ name: Name) throws(LineError) -> Double? { try fields.number(name.rawValue) }

    @inlinable public func boolean(_ name: Name) throws(LineError) -> Bool? { try fields.boolean(name.rawValue) }

    /// The strings of an array field.
    @inlinable public func strings(_ name: Name) throws(LineError) -> [String]? { try fields.strings(name.rawValue) }

    /// The values of an array field, each as it is written.
    @inlinable public func values(_ name: Name) throws(LineError) -> [[UInt8]]? { try fields.values(name.rawValue) }

    /// The value as it is written in the line; nil where it is absent or `null`.
    @inlinable public func raw(_ name: Name) -> UnsafeRawBufferPointer? { fields.raw(name.rawValue) }

    /// Scans each object of an array, in place, with another scanner.
    package func forEachObject<Other>(
        _ name: Name, _ part: LineScanner<Other>, _ body: () throws(LineError) -> Void
    ) throws(LineError) {
        try fields.forEachObject(name.rawValue, part.fields, body)
    }
}

// MARK: - For what a field is worth

extension LineScanner {
    /// The text of a string field; nil where there is none, or the field is not a string.
    @inlinable public func text(ifAny name: Name) -> UnsafeRawBufferPointer? { fields.text(ifAny: name.rawValue) }

    /// The text of a string field; nil where there is none, or the field is not a string.
    @inlinable public func string(ifAny name: Name) -> String? {
        text(ifAny: name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number of 64 bits; nil where there is none, or the field is of another kind.
    @inlinable public func integer(ifAny name: Name) -> Int64? { fields.integer(ifAny: name.rawValue) }

    /// A number; nil where there is none, or the field is of another kind.
    @inlinable public func number(ifAny name: Name) -> Double? { fields.number(ifAny: name.rawValue) }

    /// True or false; nil where there is neither.
    @inlinable public func boolean(ifAny name: Name) -> Bool? { fields.boolean(ifAny: name.rawValue) }

    /// The strings of an array field; nil where there is no such array, or something else is in it.
    @inlinable public func strings(ifAny name: Name) -> [String]? { try? fields.strings(name.rawValue) }
}

// MARK: - Passing fields through

extension LineScanner {
    /// The fields byte for byte and in their order, without those of the given names. Runs of neighbours that stay are
    /// copied in one piece, with whatever white space is between them.
    @inlinable public func forEachRun(without names: NameSet<Name>, _ body: (UnsafeRawBufferPointer) -> Void) {
        fields.forEachRun(without: names.bits, body)
    }
}
