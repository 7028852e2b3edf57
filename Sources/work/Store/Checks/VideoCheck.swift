internal import POSIX

/// Looks at a video's first bytes, and at the heads that make up its structure: a few reads, never the whole.
enum VideoCheck {
    /// Longer tails are not looked through.
    private static let longestPadding: Int64 = 16 << 20
    private static let pieceLength = 1 << 20

    /// - Parameter level: `type` or `structure`.
    static func flaw(_ bytes: inout FileBytes, _ level: Verification.Level) throws(SystemError) -> ContentFlaw? {
        guard let type = VideoType(prefix: try bytes.bytes(at: 0, count: VideoType.prefixLength)) else {
            return try TransportStream.flaw(&bytes, level)
        }
        guard level == .structure, let walk = type.walk(over: bytes.length) else { return nil }
        return try flaw(&bytes, walk).map { .structure($0) }
    }

    /// Follows a file's structure, which other files than videos have, too.
    static func flaw(_ bytes: inout FileBytes, _ start: StructureWalk) throws(SystemError) -> StructureFlaw? {
        var walk = start
        while let position = walk.position {
            let head = try bytes.bytes(at: position, count: StructureWalk.headLength)
            do throws(StructureFlaw) { try walk.accept(head) } catch {
                guard walk.isWhole, error.mayBePadding(head) else { return error }
                return .tail(
                    bytes: bytes.length - position, areZero: try isZero(&bytes, from: position),
                    isFragmented: walk.isFragmented)
            }
        }
        return nil
    }

    private static func isZero(_ bytes: inout FileBytes, from start: Int64) throws(SystemError) -> Bool {
        guard bytes.length - start <= longestPadding else { return false }
        var position = start
        while position < bytes.length {
            let piece = try bytes.bytes(at: position, count: pieceLength)
            guard !piece.isEmpty, piece.allSatisfy({ $0 == 0 }) else { return false }
            position += Int64(piece.count)
        }
        return true
    }
}

/// An MPEG-2 transport stream: packets of 188 bytes, each of which begins with the sync byte (ISO/IEC 13818-1, section
/// 2.4.3.2). The first packets and the last are checked, and that none is cut.
enum TransportStream {
    static let sync: UInt8 = 0x47
    private static let packet: Int64 = 188
    private static let packetsChecked: Int64 = 5
    /// One sync byte is a letter.
    private static let fewest: Int64 = 3

    static func flaw(_ bytes: inout FileBytes, _ level: Verification.Level) throws(SystemError) -> ContentFlaw? {
        let packets = bytes.length / packet
        guard packets >= fewest else { return .type }
        for index in 0..<min(packets, packetsChecked) where try !isSynced(&bytes, at: index * packet) { return .type }
        guard level == .structure else { return nil }
        let rest = bytes.length % packet
        if rest != 0 { return .damaged("of its last packet, \(packet - rest) bytes are missing") }
        for index in max(0, packets - packetsChecked)..<packets where try !isSynced(&bytes, at: index * packet) {
            return .damaged("at byte \(index * packet) no packet begins")
        }
        return nil
    }

    private static func isSynced(_ bytes: inout FileBytes, at position: Int64) throws(SystemError) -> Bool {
        try bytes.bytes(at: position, count: 1).first == sync
    }
}

extension StructureFlaw {
    /// Whether what begins at the flaw is no part of a video, so that it may have been put after one. A box or an
    /// element that goes on beyond the file's end is one that was cut off.
    fileprivate func mayBePadding(_ head: ArraySlice<UInt8>) -> Bool {
        switch self {
        case .unknown, .badSize: true
        case .cutOff: head.count < 8
        case .secondFile, .noMovie, .noMedia, .tail: false
        }
    }
}
