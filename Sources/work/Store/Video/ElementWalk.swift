/// The walk over the outermost elements of a WebM or Matroska file (RFC 8794, section 8; RFC 9559, section 5): the EBML
/// header, and segments that reach to the file's end. What is inside the segments is not checked.
package struct ElementWalk: Sendable {
    private(set) var position: Int64? = 0
    private let length: Int64
    private var hasSegment = false

    var isWhole: Bool { hasSegment }

    private static let header: UInt64 = 0x1A45_DFA3
    private static let segment: UInt64 = 0x1853_8067
    /// Void and CRC-32, which may be anywhere.
    private static let fillers: [UInt64] = [0xEC, 0xBF]

    /// - Parameter length: of the file, in bytes.
    init(over length: Int64) { self.length = length }

    mutating func accept(_ head: ArraySlice<UInt8>) throws(StructureFlaw) {
        guard let start = position else { return }
        let id = try Self.number(head, longest: 4, at: start)
        try note(id.value, at: start)
        let size = try Self.number(head.dropFirst(id.length), longest: 8, at: start)
        let content = size.content
        // A recording whose end was not known when it began goes to the end of the file.
        guard content != nil || id.value == Self.segment else { throw .badSize(at: start) }
        let rest = length - start - Int64(id.length + size.length)
        let used = content ?? rest
        guard used <= rest else { throw .cutOff(at: start, missing: used - rest) }
        guard used == rest else {
            position = length - rest + used
            return
        }
        guard hasSegment else { throw .noMovie }
        position = nil
    }

    private mutating func note(_ id: UInt64, at start: Int64) throws(StructureFlaw) {
        switch id {
        case Self.header: guard start == 0 else { throw .secondFile(at: start) }
        case Self.segment: hasSegment = true
        default: guard Self.fillers.contains(id) else { throw .unknown(at: start) }
        }
        guard start > 0 || id == Self.header else { throw .unknown(at: start) }
    }

    /// A number of variable length (RFC 8794, section 4): as many leading zeros as bytes follow the first.
    private struct VariableNumber {
        /// With the marker bit, as IDs are written.
        var value: UInt64
        var length: Int

        /// Without the marker; nil where all bits are set, which means that it is not known.
        var content: Int64? {
            let mask: UInt64 = 1 << (7 * UInt64(length)) - 1
            return value & mask == mask ? nil : Int64(value & mask)
        }
    }

    private static func number(
        _ bytes: ArraySlice<UInt8>, longest: Int, at start: Int64
    ) throws(StructureFlaw) -> VariableNumber {
        guard let first = bytes.first else { throw .cutOff(at: start, missing: 1) }
        let length = first.leadingZeroBitCount + 1
        guard length <= longest else { throw .unknown(at: start) }
        guard bytes.count >= length else { throw .cutOff(at: start, missing: Int64(length - bytes.count)) }
        return VariableNumber(value: bytes.prefix(length).reduce(0) { $0 << 8 | UInt64($1) }, length: length)
    }
}
