package import POSIX
package import Records

/// What keeps a file from being a video, or a whole one.
package enum VideoFlaw: Equatable, Sendable {
    /// Its first bytes are not those of a video.
    case type
    case structure(StructureFlaw)

    /// Whether the file counts as whole all the same: a video that is whole in itself, with something after it.
    /// Encoders and stores pad files, and players do not care. Evidence beats form: where the bytes have the hash that
    /// they must have, nothing was cut off. Without a hash, zeros alone are not a sign of that.
    ///
    /// - Parameter isHashed: whether the bytes are checked against a hash, too.
    package func isHarmless(isHashed: Bool) -> Bool {
        guard case .structure(.tail(_, let areZero, let isFragmented)) = self else { return false }
        return isHashed || areZero && !isFragmented
    }

    package var error: TryError {
        switch self {
        case .type: .notVideo
        case .structure(let flaw):
            TryError(.notVideo, "the file is not a whole video: \(flaw)", startsOver: true)
        }
    }
}

/// Looks at a file's first bytes, and at the heads that make up its structure: a few reads, never the whole.
package struct VideoCheck {
    private enum Bytes {
        case file(any StorageFile)
        case memory(UnsafeRawBufferPointer)
    }

    private let source: Bytes
    private let length: Int64
    /// A piece of the file, and where it begins: neighbouring heads come with one read.
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0

    private static let windowLength = 4096
    /// Longer tails are not looked through.
    private static let longestPadding: Int64 = 16 << 20
    private static let pieceLength = 1 << 20

    /// What keeps the file from being a video, as far as is asked; nil for nothing.
    package static func flaw(
        in file: any StorageFile, length: Int64, level: Verification.Level
    ) throws(SystemError) -> VideoFlaw? {
        var check = VideoCheck(source: .file(file), length: length)
        return try check.flaw(level)
    }

    /// The same of all of a file's bytes.
    package static func flaw(in bytes: UnsafeRawBufferPointer, level: Verification.Level) -> VideoFlaw? {
        var check = VideoCheck(source: .memory(bytes), length: Int64(bytes.count))
        // Nothing is read.
        return try! check.flaw(level)
    }

    private init(source: Bytes, length: Int64) { (self.source, self.length) = (source, length) }

    private mutating func flaw(_ level: Verification.Level) throws(SystemError) -> VideoFlaw? {
        guard level >= .type else { return nil }
        guard let type = VideoType(prefix: try bytes(at: 0, count: VideoType.prefixLength)) else { return .type }
        guard level == .structure, let walk = type.walk(over: length) else { return nil }
        return try flaw(walk).map { .structure($0) }
    }

    private mutating func flaw(_ start: StructureWalk) throws(SystemError) -> StructureFlaw? {
        var walk = start
        while let position = walk.position {
            let head = try bytes(at: position, count: StructureWalk.headLength)
            do throws(StructureFlaw) { try walk.accept(head) } catch {
                guard walk.isWhole, error.mayBePadding(head) else { return error }
                return .tail(
                    bytes: length - position, areZero: try isZero(from: position), isFragmented: walk.isFragmented)
            }
        }
        return nil
    }

    private mutating func isZero(from position: Int64) throws(SystemError) -> Bool {
        guard length - position <= Self.longestPadding else { return false }
        var position = position
        while position < length {
            let piece = try bytes(at: position, count: Self.pieceLength)
            guard !piece.isEmpty, piece.allSatisfy({ $0 == 0 }) else { return false }
            position += Int64(piece.count)
        }
        return true
    }

    /// So many bytes, or what the file has left.
    private mutating func bytes(at position: Int64, count: Int) throws(SystemError) -> ArraySlice<UInt8> {
        let end = min(position + Int64(count), length)
        switch source {
        case .file(let file):
            if position < windowStart || end > windowStart + Int64(window.count) {
                window = try file.read(at: position, count: max(count, Self.windowLength))
                windowStart = position
            }
        case .memory(let bytes):
            window.removeAll(keepingCapacity: true)
            window.append(contentsOf: bytes[Int(position)..<Int(end)])
            windowStart = position
        }
        return window.dropFirst(Int(position - windowStart)).prefix(count)
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
