internal import CSimdjson
internal import Glibc

/// One member of an object or one element of an array, as offsets into the text.
struct JSONMember {
    private let raw: UnsafePointer<tfjson_member>

    init(_ raw: UnsafePointer<tfjson_member>) { self.raw = raw }

    @inline(__always) var kind: JSONKind { JSONKind(rawValue: raw.pointee.kind)! }
    var nameID: UInt8 { raw.pointee.name_id }
    var whole: Range<Int> { Int(raw.pointee.name_start)..<Int(raw.pointee.value_end) }
    var value: Range<Int> { Int(raw.pointee.value_start)..<Int(raw.pointee.value_end) }

    /// A string without its escapes. Nil for other kinds, and where it has half of a surrogate pair.
    var text: UnsafeRawBufferPointer? {
        raw.pointee.text.map { UnsafeRawBufferPointer(start: $0, count: Int(raw.pointee.text_length)) }
    }

    /// A number of digits alone, with a minus or without; nil for others, which may be whole numbers too.
    @inline(__always) var plainInteger: Int64? { raw.pointee.decimals == 0 ? raw.pointee.digits : nil }

    /// A number whose digits and power of ten are exact in binary: then the quotient is rounded once, as `strtod` does it
    /// (Clinger 1990). Times to the millisecond are such. Nil for others.
    @inline(__always) var plainDouble: Double? {
        let (digits, decimals) = (raw.pointee.digits, Int(raw.pointee.decimals))
        guard decimals >= 0, digits.magnitude < 1 << 53 else { return nil }
        return decimals == 0 ? Double(digits) : Double(digits) / powersOfTen[decimals]
    }
}

/// As many as a plain number can have decimals.
private let powersOfTen: InlineArray<19, Double> = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
]

/// Owns a simdjson parser. What it returns is valid until its next scan, and while the scanned text is there.
struct JSONScanner: ~Copyable {
    private let scanner: OpaquePointer
    private var result = tfjson_scan_result()

    init(names: [String]) {
        precondition(names.count < Int(TFJSON_UNKNOWN))
        let copies = names.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        guard let scanner = tfjson_scanner_new(copies.map { UnsafePointer($0) }, copies.count) else {
            fatalError("no memory for a JSON parser")
        }
        self.scanner = scanner
    }

    deinit { tfjson_scanner_free(scanner) }

    /// Checks a text that has `padding` readable bytes after it, and tells what it is.
    mutating func scan(_ text: UnsafeRawBufferPointer) throws(LineError) -> JSONKind {
        result = tfjson_scan(scanner, text.baseAddress?.assumingMemoryBound(to: CChar.self), text.count)
        switch UInt32(result.error) {
        case TFJSON_OK.rawValue: return JSONKind(rawValue: result.kind)!
        case TFJSON_SCALAR.rawValue: throw .notAnObject
        case TFJSON_BAD_UTF8.rawValue: throw .badUTF8
        case TFJSON_TOO_DEEP.rawValue: throw .tooDeep
        case TFJSON_NO_MEMORY.rawValue: fatalError("no memory for a JSON text")
        default: throw .notJSON
        }
    }

    /// Forgets the last scan: there are no members then.
    mutating func clear() { result = tfjson_scan_result() }

    var count: Int { result.count }

    subscript(index: Int) -> JSONMember { JSONMember(result.members + index) }

    /// The member with the name of this index among the names; of several the last one.
    subscript(named id: UInt8) -> JSONMember? {
        guard count > 0, case let index = result.named[Int(id)], index >= 0 else { return nil }
        return self[Int(index)]
    }

    /// How many readable bytes have to follow a text.
    static var padding: Int { tfjson_padding() }
}
