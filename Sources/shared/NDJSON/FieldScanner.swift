internal import CSimdjson
internal import Glibc

/// What `LineScanner` is made of: the same by numbers, for names that are known only at run time.
@usableFromInline package final class FieldScanner {
    private var scanner: JSONScanner
    private var bytes = UnsafeRawBufferPointer(start: nil, count: 0)

    /// By number.
    private let names: [String]

    /// For what is inside a field.
    private var elements = JSONScanner(names: [])

    /// The text of `scan(_: [UInt8])`, and the padding.
    private var copy = UnsafeMutableRawBufferPointer.allocate(byteCount: 0, alignment: 16)

    package init(names: [String]) {
        self.names = names
        scanner = JSONScanner(names: names)
    }

    deinit { copy.deallocate() }

    /// Scans a line. Half a line and NULs before it, as after a power cut, do not count: no JSON has a
    /// NUL (RFC 8259, section 7).
    @usableFromInline package func scan(_ line: RawLine) throws(LineError) {
        guard !line.isTooLong else {
            scanner.clear()
            throw .tooLong
        }
        do throws(LineError) { try scan(padded: line.bytes) } catch {
            guard let last = line.bytes.lastIndex(of: 0), (try? scan(padded: line.bytes[from: last + 1])) != nil else {
                throw error
            }
        }
    }

    @usableFromInline package func accepts(_ line: RawLine) -> Bool { (try? scan(line)) != nil }

    /// Scans bytes that are not a reader's.
    @usableFromInline package func scan(_ text: [UInt8]) throws(LineError) {
        if copy.count < text.count + JSONScanner.padding {
            copy.deallocate()
            copy = .allocate(byteCount: text.count + JSONScanner.padding, alignment: 16)
        }
        copy.copyBytes(from: text)
        try scan(padded: UnsafeRawBufferPointer(rebasing: copy[..<text.count]))
    }

    private func scan(padded text: UnsafeRawBufferPointer) throws(LineError) {
        bytes = text
        guard try scanner.scan(text) == .object else {
            scanner.clear()
            throw .notAnObject
        }
    }

    private func member(_ name: UInt8) -> JSONMember? {
        guard let member = scanner[named: name], member.kind != .null else { return nil }
        return member
    }

    private func member(_ name: UInt8, _ kind: JSONKind, _ wanted: StaticString) throws(LineError) -> JSONMember? {
        guard let member = member(name) else { return nil }
        guard member.kind == kind else { throw wrongType(name, member.kind, wanted) }
        return member
    }

    private func written(_ member: JSONMember) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[member.value])
    }

    private func integer(of member: JSONMember) -> Int64? {
        member.plainInteger ?? JSONNumber(written(member)).integer
    }

    private func double(of member: JSONMember) -> Double { member.plainDouble ?? JSONNumber(written(member)).double }

    private func wrongType(_ name: UInt8, _ found: JSONKind, _ wanted: StaticString) -> LineError {
        .wrongType(name: names[Int(name)], found: found, wanted: "\(wanted)")
    }
}

// MARK: - What is in a field

extension FieldScanner {
    @usableFromInline package func has(_ name: UInt8) -> Bool { member(name) != nil }

    @usableFromInline package func occurrences(of name: UInt8) -> Int {
        (0..<scanner.count).count { scanner[$0].nameID == name }
    }

    @usableFromInline package func kind(_ name: UInt8) -> JSONKind? { member(name)?.kind }

    /// What all fields are, in one walk, for those who ask about many.
    package var fieldKinds: FieldKinds {
        var kinds = FieldKinds()
        for index in 0..<scanner.count {
            let member = scanner[index]
            guard member.nameID < 64 else { continue }
            kinds.add(member, 1 << UInt64(member.nameID))
        }
        return kinds
    }

    @usableFromInline package func text(_ name: UInt8) throws(LineError) -> UnsafeRawBufferPointer? {
        guard let member = try member(name, .string, "a string") else { return nil }
        guard let text = member.text else { throw .loneSurrogate(name: names[Int(name)]) }
        return text
    }

    @usableFromInline package func integer(_ name: UInt8) throws(LineError) -> Int64? {
        guard let member = try member(name, .number, "an integer") else { return nil }
        guard let value = integer(of: member) else {
            throw wrongType(name, .number, "an integer of 64 bits")
        }
        return value
    }

    @usableFromInline package func number(_ name: UInt8) throws(LineError) -> Double? {
        guard let member = try member(name, .number, "a number") else { return nil }
        let value = double(of: member)
        guard value.isFinite else { throw wrongType(name, .number, "a number below 1e308") }
        return value
    }

    @usableFromInline package func boolean(_ name: UInt8) throws(LineError) -> Bool? {
        guard let member = member(name) else { return nil }
        switch member.kind {
        case .true: return true
        case .false: return false
        default: throw wrongType(name, member.kind, "a boolean")
        }
    }

    @usableFromInline package func strings(_ name: UInt8) throws(LineError) -> [String]? {
        guard let member = try member(name, .array, "an array of strings") else { return nil }
        // The bytes after the value are the rest of the line and its padding.
        _ = try elements.scan(written(member))
        var strings: [String] = []
        for index in 0..<elements.count {
            guard elements[index].kind == .string else { throw wrongType(name, .array, "an array of strings") }
            guard let text = elements[index].text else { throw .loneSurrogate(name: names[Int(name)]) }
            strings.append(String(decoding: text, as: UTF8.self))
        }
        return strings
    }

    @usableFromInline package func values(_ name: UInt8) throws(LineError) -> [[UInt8]]? {
        guard let member = try member(name, .array, "an array") else { return nil }
        let array = written(member)
        _ = try elements.scan(array)
        return (0..<elements.count).map { Array(array[elements[$0].value]) }
    }

    /// Scans each object of an array, in place, with another scanner.
    @usableFromInline package func forEachObject(
        _ name: UInt8, _ part: FieldScanner, _ body: () throws(LineError) -> Void
    ) throws(LineError) {
        guard let member = try member(name, .array, "an array") else { return }
        let array = written(member)
        _ = try elements.scan(array)
        for index in 0..<elements.count {
            try part.scan(padded: UnsafeRawBufferPointer(rebasing: array[elements[index].value]))
            try body()
        }
    }

    @usableFromInline package func raw(_ name: UInt8) -> UnsafeRawBufferPointer? { member(name).map(written) }

    @usableFromInline package func text(ifAny name: UInt8) -> UnsafeRawBufferPointer? {
        guard let member = scanner[named: name], member.kind == .string else { return nil }
        return member.text
    }

    @usableFromInline package func integer(ifAny name: UInt8) -> Int64? {
        guard let member = scanner[named: name], member.kind == .number else { return nil }
        return integer(of: member)
    }

    @usableFromInline package func number(ifAny name: UInt8) -> Double? {
        guard let member = scanner[named: name], member.kind == .number else { return nil }
        let value = double(of: member)
        return value.isFinite ? value : nil
    }

    @usableFromInline package func boolean(ifAny name: UInt8) -> Bool? {
        switch scanner[named: name]?.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    /// Shows every member: its name as it is written, without its quotes, and its value as it is written.
    @usableFromInline package func forEachMember(
        _ body: (_ name: UnsafeRawBufferPointer, JSONKind, _ value: UnsafeRawBufferPointer) -> Void
    ) {
        for index in 0..<scanner.count {
            let member = scanner[index]
            let name = bytes[member.whole.lowerBound..<member.value.lowerBound].dropFirst().prefix { $0 != 0x22 }
            body(UnsafeRawBufferPointer(rebasing: name), member.kind, written(member))
        }
    }
}

// MARK: - Passing fields through

extension FieldScanner {
    /// - Parameter names: a bit for each.
    @usableFromInline package func forEachRun(without names: UInt64, _ body: (UnsafeRawBufferPointer) -> Void) {
        var run: Range<Int>?
        for index in 0..<scanner.count {
            let member = scanner[index]
            let isLeftOut = member.nameID < 64 && names & 1 << UInt64(member.nameID) != 0
            if !isLeftOut {
                run = (run?.lowerBound ?? member.whole.lowerBound)..<member.whole.upperBound
            } else if let kept = run {
                body(UnsafeRawBufferPointer(rebasing: bytes[kept]))
                run = nil
            }
        }
        if let kept = run { body(UnsafeRawBufferPointer(rebasing: bytes[kept])) }
    }
}

/// Which fields of a line are what: a bit for each, by the number of its name, of which there are 64 at most.
package struct FieldKinds: BitwiseCopyable {
    /// There, and not `null`.
    package private(set) var present: UInt64 = 0
    package private(set) var strings: UInt64 = 0
    /// Those of the strings that may hold a word like `null`: at most 12 bytes as they are written.
    package private(set) var shortStrings: UInt64 = 0
    /// Numbers of up to 18 digits, with nothing else in them.
    package private(set) var plainIntegers: UInt64 = 0
    package private(set) var arrays: UInt64 = 0
    package private(set) var objects: UInt64 = 0

    package init() {}

    fileprivate mutating func add(_ member: JSONMember, _ bit: UInt64) {
        // Of a name that is there twice the last counts.
        if present & bit != 0 { remove(bit) }
        let kind = member.kind
        if kind != .null { present |= bit }
        switch kind {
        case .string:
            strings |= bit
            if member.value.count <= 12 { shortStrings |= bit }
        case .number: if let integer = member.plainInteger, integer >= 0 { plainIntegers |= bit }
        case .array: arrays |= bit
        case .object: objects |= bit
        case .null, .true, .false: break
        }
    }

    private mutating func remove(_ bit: UInt64) {
        present &= ~bit
        strings &= ~bit
        shortStrings &= ~bit
        plainIntegers &= ~bit
        arrays &= ~bit
        objects &= ~bit
    }
}

extension UnsafeRawBufferPointer {
    fileprivate subscript(from start: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: self[start...])
    }
}
