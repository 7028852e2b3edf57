package import Records

/// One line split into its fields, and checked to its last byte. What it tells is good until the next scan, and only
/// while the line's bytes stand. Copies are the same scanner.
///
/// Of a name that stands twice the last counts; a field that is `null` counts as absent.
package struct LineScanner<Name: FieldName> {
    /// The same, for code that reads so many fields that calls to a generic type of another room weigh.
    package let fields = FieldScanner(names: Name.names)

    package init() {}

    package func scan(_ line: RawLine) throws(LineError) { try fields.scan(line) }

    /// Scans bytes that are not a reader's.
    package func scan(_ text: [UInt8]) throws(LineError) { try fields.scan(text) }
}

// MARK: - What stands in a field

extension LineScanner {
    /// Whether the field is there and not `null`.
    package func has(_ name: Name) -> Bool { fields.has(name.rawValue) }

    /// Throws where a field is there, and of another kind than is expected of it.
    package func check(_ kinds: FieldKinds<Name>) throws(LineError) { try fields.check(kinds.byNumber) }

    /// How many times the name stands in the line, whatever its values are.
    package func occurrences(of name: Name) -> Int { fields.occurrences(of: name.rawValue) }

    /// The kind of the field's value; nil where it is absent or `null`.
    package func kind(_ name: Name) -> JSONKind? { fields.kind(name.rawValue) }

    /// The text of a string field, without escapes, with no copy made.
    package func text(_ name: Name) throws(LineError) -> UnsafeRawBufferPointer? {
        try fields.text(name.rawValue)
    }

    package func string(_ name: Name) throws(LineError) -> String? {
        try text(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number of 64 bits; `1.0` and `1e3` are whole numbers too, since `jq` may write them so.
    package func integer(_ name: Name) throws(LineError) -> Int64? { try fields.integer(name.rawValue) }

    /// A number that a `Double` can hold: never an infinity.
    package func number(_ name: Name) throws(LineError) -> Double? { try fields.number(name.rawValue) }

    package func boolean(_ name: Name) throws(LineError) -> Bool? { try fields.boolean(name.rawValue) }

    /// The strings of an array field.
    package func strings(_ name: Name) throws(LineError) -> [String]? { try fields.strings(name.rawValue) }

    /// The values of an array field, each as it is written.
    package func values(_ name: Name) throws(LineError) -> [[UInt8]]? { try fields.values(name.rawValue) }

    /// The value as it is written in the line; nil where it is absent or `null`.
    package func raw(_ name: Name) -> UnsafeRawBufferPointer? { fields.raw(name.rawValue) }
}

// MARK: - Passing fields through

extension LineScanner {
    /// The fields byte for byte and in their order, without those of the given names. Runs of neighbours that stay are
    /// copied in one piece, with whatever white space stands between them.
    package func forEachRun(without names: NameSet<Name>, _ body: (UnsafeRawBufferPointer) -> Void) {
        fields.forEachRun(without: names.bits, body)
    }
}

/// Which kind of value is expected in which field.
package struct FieldKinds<Name: FieldName>: ExpressibleByDictionaryLiteral, Sendable {
    /// By raw value of the name; nil where any kind will do.
    let byNumber: [JSONKind?]

    package init(dictionaryLiteral kinds: (Name, JSONKind)...) {
        var byNumber = [JSONKind?](repeating: nil, count: Name.names.count)
        for (name, kind) in kinds { byNumber[Int(name.rawValue)] = kind }
        self.byNumber = byNumber
    }

    package subscript(name: Name) -> JSONKind? { byNumber[Int(name.rawValue)] }
}
