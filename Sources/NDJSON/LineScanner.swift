package import Records

/// One line split into its fields, and checked to its last byte. What it tells is good until the next scan, and only
/// while the line's bytes stand.
///
/// Of a name that stands twice the last counts; a field that is `null` counts as absent.
package final class LineScanner<Name: FieldName> {
    private let scanner = JSONScanner(names: Name.names)
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)
    /// How many members the line has; none where it is no object.
    private var count = 0
    /// By raw value of the name: the member's index, or -1.
    private var slots = [Int](repeating: -1, count: Name.names.count)

    /// For what stands inside a field.
    private lazy var elements = JSONScanner(names: [])

    /// The text of `scan(_: [UInt8])`, and the padding.
    private var copy = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16)

    package init() {}

    deinit { copy.deallocate() }

    package func scan(_ line: RawLine) throws(LineError) {
        clear()
        guard !line.isTooLong else { throw .tooLong }
        try scan(padded: line.bytes)
    }

    /// Scans bytes that are not a reader's.
    package func scan(_ text: [UInt8]) throws(LineError) {
        clear()
        if copy.count < text.count + JSONScanner.padding {
            copy.deallocate()
            copy = .allocate(byteCount: text.count + JSONScanner.padding, alignment: 16)
        }
        copy.copyBytes(from: text)
        try scan(padded: UnsafeRawBufferPointer(rebasing: copy[..<text.count]))
    }

    private func scan(padded text: UnsafeRawBufferPointer) throws(LineError) {
        guard try scanner.scan(text) == .object else { throw .notAnObject }
        bytes = text
        count = scanner.count
        // One access for all members: the check of exclusive access costs more than what it guards here.
        slots.withUnsafeMutableBufferPointer { slots in
            for index in 0..<count {
                let name = Int(scanner[index].nameID)
                if name < slots.count { slots[name] = index }
            }
        }
    }

    private func clear() {
        bytes = UnsafeRawBufferPointer(start: nil, count: 0)
        count = 0
        slots.withUnsafeMutableBufferPointer { $0.update(repeating: -1) }
    }

    private func member(_ name: Name) -> JSONMember? {
        let index = slots[Int(name.rawValue)]
        guard index >= 0 else { return nil }
        let member = scanner[index]
        return member.kind == .null ? nil : member
    }

    private func member(_ name: Name, _ kind: JSONKind, _ wanted: String) throws(LineError) -> JSONMember? {
        guard let member = member(name) else { return nil }
        guard member.kind == kind else { throw .wrongType(name: name.name, found: member.kind, wanted: wanted) }
        return member
    }
}

// MARK: - What stands in a field

extension LineScanner {
    /// Whether the field is there and not `null`.
    package func has(_ name: Name) -> Bool { member(name) != nil }

    /// How many times the name stands in the line, whatever its values are.
    package func occurrences(of name: Name) -> Int {
        (0..<count).count { scanner[$0].nameID == name.rawValue }
    }

    /// The kind of the field's value; nil where it is absent or `null`.
    package func kind(_ name: Name) -> JSONKind? { member(name)?.kind }

    /// The text of a string field, without escapes, with no copy made.
    package func text(_ name: Name) throws(LineError) -> UnsafeRawBufferPointer? {
        guard let member = try member(name, .string, "a string") else { return nil }
        guard let text = member.text else { throw .loneSurrogate(name: name.name) }
        return text
    }

    package func string(_ name: Name) throws(LineError) -> String? {
        try text(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number of 64 bits; `1.0` and `1e3` are whole numbers too, since `jq` may write them so.
    package func integer(_ name: Name) throws(LineError) -> Int64? {
        guard let number = try numberToken(name, "an integer") else { return nil }
        guard let value = number.integer else {
            throw .wrongType(name: name.name, found: .number, wanted: "an integer of 64 bits")
        }
        return value
    }

    /// A number that a `Double` can hold: never an infinity.
    package func number(_ name: Name) throws(LineError) -> Double? {
        guard let number = try numberToken(name, "a number") else { return nil }
        guard number.double.isFinite else {
            throw .wrongType(name: name.name, found: .number, wanted: "a number below 1e308")
        }
        return number.double
    }

    private func numberToken(_ name: Name, _ wanted: String) throws(LineError) -> NumberToken? {
        try member(name, .number, wanted).map { NumberToken(UnsafeRawBufferPointer(rebasing: bytes[$0.value])) }
    }

    package func boolean(_ name: Name) throws(LineError) -> Bool? {
        guard let member = member(name) else { return nil }
        switch member.kind {
        case .true: return true
        case .false: return false
        default: throw .wrongType(name: name.name, found: member.kind, wanted: "a boolean")
        }
    }

    /// The strings of an array field.
    package func strings(_ name: Name) throws(LineError) -> [String]? {
        guard let member = try member(name, .array, "an array of strings") else { return nil }
        // The bytes behind the value are the rest of the line and its padding.
        _ = try elements.scan(UnsafeRawBufferPointer(rebasing: bytes[member.value]))
        var strings: [String] = []
        for index in 0..<elements.count {
            guard elements[index].kind == .string else {
                throw .wrongType(name: name.name, found: .array, wanted: "an array of strings")
            }
            guard let text = elements[index].text else { throw .loneSurrogate(name: name.name) }
            strings.append(String(decoding: text, as: UTF8.self))
        }
        return strings
    }

    /// The value as it is written in the line; nil where it is absent or `null`.
    package func raw(_ name: Name) -> UnsafeRawBufferPointer? {
        member(name).map { UnsafeRawBufferPointer(rebasing: bytes[$0.value]) }
    }
}

// MARK: - Passing fields through

extension LineScanner {
    /// The fields byte for byte and in their order, without those of the given names. Runs of neighbours that stay are
    /// copied in one piece, with whatever white space stands between them.
    package func forEachRun(without names: NameSet<Name>, _ body: (UnsafeRawBufferPointer) -> Void) {
        var run: Range<Int>?
        for index in 0..<count {
            let member = scanner[index]
            if !names.contains(rawValue: member.nameID) {
                run = (run?.lowerBound ?? member.whole.lowerBound)..<member.whole.upperBound
            } else if let kept = run {
                body(UnsafeRawBufferPointer(rebasing: bytes[kept]))
                run = nil
            }
        }
        if let kept = run { body(UnsafeRawBufferPointer(rebasing: bytes[kept])) }
    }
}
