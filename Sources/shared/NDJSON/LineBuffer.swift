internal import CSimdjson
internal import Glibc
public import Records

/// Lines in the making: JSON objects, written field by field.
public struct LineBuffer: Sendable {
    @usableFromInline package internal(set) var bytes: [UInt8] = []

    package init() {}

    package var count: Int { bytes.count }
    package var isEmpty: Bool { bytes.isEmpty }

    package mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }

    /// Begins a line.
    package mutating func open() { bytes.append(UInt8(ascii: "{")) }

    /// Begins a line with the fields of another one, byte for byte, without those of the given names.
    package mutating func open<Name>(copying line: LineScanner<Name>, without names: NameSet<Name>) {
        open()
        copyFields(of: line, without: names)
    }

    package mutating func copyFields<Name>(of line: LineScanner<Name>, without names: NameSet<Name>) {
        copyFields(of: line.fields, without: names.bits)
    }

    /// - Parameter names: by number, a bit for each.
    package mutating func copyFields(of line: FieldScanner, without names: UInt64) {
        line.forEachRun(without: names) { run in
            separate()
            bytes.append(contentsOf: run)
        }
    }

    /// Ends a line.
    package mutating func close() {
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// A whole line as it is, with a line end put after it.
    package mutating func add(line: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: line)
        bytes.append(UInt8(ascii: "\n"))
    }

    @inlinable public mutating func add(_ name: some FieldName, _ value: some StringProtocol) {
        begin(name.name)
        quote(value)
    }

    /// A string whose bytes are UTF-8.
    @inlinable public mutating func add(_ name: some FieldName, text: UnsafeRawBufferPointer) {
        begin(name.name)
        quote(utf8: text)
    }

    @inlinable public mutating func add(_ name: some FieldName, utf8 text: [UInt8]) {
        begin(name.name)
        text.withUnsafeBytes { quote(utf8: $0) }
    }

    @inlinable public mutating func add(_ name: some FieldName, _ value: some FixedWidthInteger) {
        begin(name.name)
        append(value)
    }

    /// A number with three decimals: seconds to the millisecond.
    @inlinable public mutating func add(_ name: some FieldName, milliseconds value: Double) {
        begin(name.name)
        appendMilliseconds(value)
    }

    @inlinable public mutating func add(_ name: some FieldName, _ value: Bool) {
        begin(name.name)
        append(value ? "true" : "false")
    }

    package mutating func add(_ name: some FieldName, _ values: [String]) {
        begin(name.name)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            quote(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// A value as it was written in another line.
    @inlinable public mutating func add(_ name: some FieldName, raw value: UnsafeRawBufferPointer) {
        begin(name.name)
        bytes.append(contentsOf: value)
    }

    /// Bytes that are a piece of JSON already.
    @inlinable public mutating func append(json: some Sequence<UInt8>) { bytes.append(contentsOf: json) }

    /// A comma, unless the line has only been begun.
    package mutating func separate() {
        if !isAtFirstField { bytes.append(UInt8(ascii: ",")) }
    }

    var isAtFirstField: Bool { bytes.last == UInt8(ascii: "{") }

    /// Bytes that are whole lines, or a piece of JSON, already.
    @usableFromInline package mutating func append(raw text: UnsafeRawBufferPointer) { bytes.append(contentsOf: text) }

    /// What another buffer holds.
    package mutating func append(_ lines: LineBuffer) { bytes.append(contentsOf: lines.bytes) }

    /// Takes back what was written since the buffer held `count` bytes.
    package mutating func truncate(to count: Int) { bytes.removeLast(bytes.count - count) }

    @usableFromInline mutating func begin(_ name: String) {
        separate()
        // No field's name has what would have to be escaped.
        bytes.append(UInt8(ascii: "\""))
        bytes.append(contentsOf: name.utf8)
        append("\":")
    }
}

// MARK: - Values

extension LineBuffer {
    @usableFromInline package mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    @inlinable public mutating func append(_ value: some FixedWidthInteger) {
        if let value = Int64(exactly: value) {
            bytes.append(decimal: value)
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    /// What no 64-bit number of milliseconds can hold, infinities included, is written as the nearest that one can.
    @usableFromInline package mutating func appendMilliseconds(_ value: Double) {
        let thousandths = Int64(exactly: (value * 1000).rounded()) ?? (value < 0 ? .min : .max)
        if thousandths < 0 { bytes.append(UInt8(ascii: "-")) }
        append(thousandths.magnitude / 1000)
        let rest = thousandths.magnitude % 1000
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "0") + UInt8(rest / 100))
        bytes.append(UInt8(ascii: "0") + UInt8(rest / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
    }

    /// A string in quotes, escaped as far as JSON asks for it (RFC 8259, section 7).
    @usableFromInline package mutating func quote(_ text: some StringProtocol) {
        var text = String(text)
        text.withUTF8 { quote(utf8: UnsafeRawBufferPointer($0)) }
    }

    @usableFromInline package mutating func quote(utf8 text: UnsafeRawBufferPointer) {
        bytes.append(UInt8(ascii: "\""))
        endQuote(utf8: text)
    }

    /// The same where the first quotation mark is there.
    package mutating func endQuote(utf8 text: UnsafeRawBufferPointer) {
        var plain = 0
        while plain < text.count {
            let end = text.firstToEscape(from: plain)
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[plain..<end]))
            if end < text.count { escape(text[end]) }
            plain = end + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x0A: append("\\n")
        case 0x0D: append("\\r")
        case 0x09: append("\\t")
        default:
            let digits = Array("0123456789abcdef".utf8)
            append("\\u00")
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }
}

extension LineBuffer {
    /// An object inside the line's own; `fields` adds what is in it.
    package mutating func add(object name: some FieldName, _ fields: (inout LineBuffer) -> Void) {
        begin(nested: name)
        addObject(fields)
    }

    /// An array of objects; `fields` adds what is in the one for an element.
    package mutating func add<Element>(
        objects name: some FieldName, of elements: some Sequence<Element>,
        _ fields: (inout LineBuffer, Element) -> Void
    ) {
        begin(nested: name)
        append("[")
        var isFirst = true
        for element in elements {
            if !isFirst { append(",") }
            isFirst = false
            addObject { fields(&$0, element) }
        }
        append("]")
    }

    private mutating func addObject(_ fields: (inout LineBuffer) -> Void) {
        open()
        fields(&self)
        append("}")
    }

    private mutating func begin(nested name: some FieldName) {
        separate()
        quote(name.name)
        append(":")
    }
}

extension UnsafeRawBufferPointer {
    /// Where the first byte is, from `start` on, that has to be escaped in a string: a quotation mark, a backslash or
    /// a control character (RFC 8259, section 7). The end where there is none.
    func firstToEscape(from start: Int) -> Int {
        guard start < count, let baseAddress else { return count }
        return start + tfjson_plain_length(baseAddress.assumingMemoryBound(to: CChar.self) + start, count - start)
    }
}

extension [UInt8] {
    /// Puts the digits of a number after what is there, with no text made of them in between.
    @usableFromInline package mutating func append(decimal value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        // No number of 64 bits has more than 20 digits.
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var rest = value.magnitude
            var start = digits.count
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            append(contentsOf: UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }
}
