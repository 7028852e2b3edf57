package import Records

/// A field's name as it is written in a line, made once: for those who write millions of fields, since looking a name
/// up through a generic type of another room took as long as writing it.
package struct FieldLabel: Sendable {
    /// `,"name":"`
    let bytes: [UInt8]

    package init(_ name: some FieldName) { bytes = Array(",\"\(name.name)\":\"".utf8) }
}

extension LineBuffer {
    package mutating func add(_ label: FieldLabel, utf8 text: [UInt8]) {
        text.withUnsafeBytes { add(label, text: $0) }
    }

    package mutating func add(_ label: FieldLabel, text: UnsafeRawBufferPointer) {
        begin(label, isText: true)
        endQuote(utf8: text)
    }

    package mutating func add(_ label: FieldLabel, _ value: Int64) {
        begin(label)
        append(value)
    }

    package mutating func add(_ label: FieldLabel, _ value: String) {
        begin(label)
        var value = value
        value.withUTF8 { quote(utf8: UnsafeRawBufferPointer($0)) }
    }

    /// A number with three decimals: seconds to the millisecond.
    package mutating func add(_ label: FieldLabel, milliseconds value: Double) {
        begin(label)
        appendMilliseconds(value)
    }

    /// A value as it was written in another line.
    package mutating func add(_ label: FieldLabel, raw value: UnsafeRawBufferPointer) {
        begin(label)
        append(raw: value)
    }

    /// A string more of the array that the field is; the first one begins it.
    package mutating func add(element text: [UInt8], of label: FieldLabel, isFirst: Bool) {
        if isFirst {
            begin(label)
            append("[")
        } else {
            append(",")
        }
        text.withUnsafeBytes { quote(utf8: $0) }
    }

    package mutating func endElements() { append("]") }

    private mutating func begin(_ label: FieldLabel, isText: Bool = false) {
        label.bytes.withUnsafeBytes { name in
            let range = (isAtFirstField ? 1 : 0)..<(isText ? name.count : name.count - 1)
            append(raw: UnsafeRawBufferPointer(rebasing: name[range]))
        }
    }
}
