internal import NIOCore

/// An answer on its way out: where it is, and what comes at its end.
struct Delivery {
    let ending: OriginAnswer.Ending
    let keepsAlive: Bool

    private let source: any ByteSource
    private var position: Int64
    private let end: Int64

    /// - Parameter isHead: whether the client wants the head alone.
    init(_ answer: OriginAnswer, isHead: Bool, keepsAlive: Bool) {
        // Without a body there is nothing to cut or to stall.
        ending = isHead ? .complete : answer.ending
        source = answer.source
        self.keepsAlive = keepsAlive
        position = answer.range.lowerBound
        end = isHead ? position : position + Self.sentBytes(of: answer)
    }

    private static func sentBytes(of answer: OriginAnswer) -> Int64 {
        switch answer.ending {
        case .complete: answer.bodySize
        case .close(let count), .stall(let count): count
        case .reset(let count): count ?? 0
        }
    }

    var isDone: Bool { position == end }

    /// Makes the next piece of the body.
    mutating func nextPiece(atMost limit: Int, _ allocator: ByteBufferAllocator) throws -> ByteBuffer {
        let count = Int(min(Int64(limit), end - position))
        var piece = allocator.buffer(capacity: count)
        try piece.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { space in
            try source.read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<count]), at: position)
            return count
        }
        position += Int64(count)
        return piece
    }
}

/// A bucket that fills with this many bytes a second, and has room for what flows in a tenth of one.
struct Pace {
    private let rate: Double
    /// When the bucket is no longer empty, by a clock that never goes back.
    private var filledAt = 0.0

    init(rate: Double) { self.rate = rate }

    /// The most to send in one piece, so that the bytes flow rather than burst.
    var pieceSize: Int { Int(min(max(rate / 20, 1), 0x1p30)) }

    /// Takes bytes out of the bucket, and tells for how many seconds it is in debt.
    mutating func take(_ count: Int, now: Double) -> Double {
        filledAt = max(filledAt, now - 0.1) + Double(count) / rate
        return max(0, filledAt - now)
    }
}
