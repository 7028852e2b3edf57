package import POSIX
package import Records

/// Looks at a file's first bytes, and at the heads that make up its structure: a few reads, never the whole.
package struct VideoCheck {
    private let file: (any StorageFile)?
    private let length: Int64
    /// A piece of the file, and where it begins: neighbouring heads come with one read.
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0

    private static let windowLength = 4096

    /// What keeps the file from being a video, as far as is asked; nil for nothing.
    ///
    /// - Parameters:
    ///   - file: may be nil where all bytes are in memory.
    ///   - start: the file's first bytes, as far as they are in memory: they are not read again.
    package static func trouble(
        with file: (any StorageFile)?, length: Int64, level: Verification.Level, start: [UInt8] = []
    ) throws(SystemError) -> TryError? {
        guard level >= .type else { return nil }
        var check = VideoCheck(file: file, length: length, window: start)
        let prefix = try check.bytes(at: 0, count: VideoType.prefixLength)
        guard let type = VideoType(prefix: prefix) else { return .notVideo }
        guard level == .structure, let walk = type.walk(over: length) else { return nil }
        return try check.flaw(walk).map {
            TryError(.notVideo, "the file is not a whole video: \($0)", startsOver: true)
        }
    }

    private init(file: (any StorageFile)?, length: Int64, window: [UInt8]) {
        (self.file, self.length, self.window) = (file, length, window)
    }

    private mutating func flaw(_ start: StructureWalk) throws(SystemError) -> StructureFlaw? {
        var walk = start
        while let position = walk.position {
            let head = try bytes(at: position, count: StructureWalk.headLength)
            do throws(StructureFlaw) { try walk.take(head) } catch { return error }
        }
        return nil
    }

    /// So many bytes, or what the file has left.
    private mutating func bytes(at position: Int64, count: Int) throws(SystemError) -> ArraySlice<UInt8> {
        let end = min(position + Int64(count), length)
        if let file, position < windowStart || end > windowStart + Int64(window.count) {
            window = try file.read(at: position, count: Self.windowLength)
            windowStart = position
        }
        return window.dropFirst(Int(position - windowStart)).prefix(count)
    }
}
