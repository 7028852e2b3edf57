internal import NIOCore

/// An answer on its way out: where it stands, and what comes at its end.
struct Delivery {
    let ending: Answer.Ending
    let keepsAlive: Bool

    private let source: any ByteSource
    private var position: Int64
    private let end: Int64

    /// - Parameter isHead: whether the client wants the head alone.
    init(_ answer: Answer, isHead: Bool, keepsAlive: Bool) {
        // Without a body there is nothing to cut or to stall.
        ending = isHead ? .complete : answer.ending
        source = answer.source
        self.keepsAlive = keepsAlive
        position = answer.range.lowerBound
        end = isHead ? position : position + Self.sentBytes(of: answer)
    }

    private static func sentBytes(of answer: Answer) -> Int64 {
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
