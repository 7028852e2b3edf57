package import POSIX
package import Records

/// What keeps a file from being what its record says, or a whole one.
package enum ContentFlaw: Equatable, Sendable {
    /// Its first bytes are not those of its kind.
    case type
    /// Of a video.
    case structure(StructureFlaw)
    /// Of anything else, in words.
    case damaged(String)

    /// Whether the file counts as whole all the same: a video that is whole in itself, with something after it.
    /// Encoders and stores pad files, and players do not care. Evidence beats form: where the bytes have the hash that
    /// they must have, nothing was cut off. Without a hash, zeros alone are not a sign of that.
    ///
    /// - Parameter isHashed: whether the bytes are checked against a hash, too.
    package func isHarmless(isHashed: Bool) -> Bool {
        switch self {
        case .type: false
        case .structure(.tail(_, let areZero, let isFragmented)): isHashed || areZero && !isFragmented
        case .structure: false
        case .damaged: isHashed
        }
    }

    package func error(_ kind: FileKind) -> TryError {
        switch self {
        case .type: .not(kind)
        case .structure(let flaw): Self.notWhole(kind, flaw.description)
        case .damaged(let words): Self.notWhole(kind, words)
        }
    }

    private static func notWhole(_ kind: FileKind, _ words: String) -> TryError {
        TryError(.notVideo, "the file is not \(kind.wholePhrase): \(words)", startsOver: true)
    }
}

/// Checks that a file is what its record's `kind` says, by what it is made of and not by its name: an error page is
/// neither a video, nor audio, nor a document, nor subtitles.
package enum ContentCheck {
    /// What keeps the file from being of this kind, as far as is asked; nil for nothing.
    package static func flaw(
        in file: any StorageFile, length: Int64, kind: FileKind, level: Verification.Level
    ) throws(SystemError) -> ContentFlaw? {
        var bytes = FileBytes(file, length: length)
        return try flaw(&bytes, kind, level)
    }

    /// The same of a file's bytes.
    ///
    /// - Parameter areAll: whether they are the whole file; of its first ones only the level `type` is checked.
    package static func flaw(
        in bytes: UnsafeRawBufferPointer, kind: FileKind, level: Verification.Level, areAll: Bool = true
    ) -> ContentFlaw? {
        let level = areAll ? level : min(level, .type)
        var bytes = FileBytes(bytes, areAll: areAll)
        // Nothing is read.
        return try! flaw(&bytes, kind, level)
    }

    /// So many first bytes are enough to tell what a file is.
    package static let headLength = 1024

    /// Whether these first bytes are enough.
    package static func canTell(_ bytes: UnsafeRawBufferPointer, _ kind: FileKind) -> Bool {
        guard kind == .video, bytes.first != TransportStream.sync else { return bytes.count >= headLength }
        return bytes.count >= VideoType.prefixLength
    }

    private static func flaw(
        _ bytes: inout FileBytes, _ kind: FileKind, _ level: Verification.Level
    ) throws(SystemError) -> ContentFlaw? {
        guard level >= .type else { return nil }
        return switch kind {
        case .video: try VideoCheck.flaw(&bytes, level)
        case .audio: try AudioCheck.flaw(&bytes, level)
        case .document: try DocumentCheck.flaw(&bytes, level)
        case .subtitles: try SubtitleCheck.flaw(&bytes, level)
        case .any: nil
        }
    }
}

/// A file's bytes, of which a check takes few: on the disk, or in memory.
struct FileBytes {
    private enum Source {
        case file(any StorageFile)
        case memory(UnsafeRawBufferPointer)
    }

    private let source: Source
    let length: Int64
    /// Whether the file ends where they end.
    let areAll: Bool
    /// A piece of the file, and where it begins: neighbouring heads come with one read.
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0

    private static let windowLength = 4096
    /// Of what is in memory, which costs no read.
    private static let fewBytes = 128

    init(_ file: any StorageFile, length: Int64) { (source, self.length, areAll) = (.file(file), length, true) }

    init(_ bytes: UnsafeRawBufferPointer, areAll: Bool) {
        (source, length, self.areAll) = (.memory(bytes), Int64(bytes.count), areAll)
    }

    /// So many bytes, or what the file has left.
    mutating func bytes(at position: Int64, count: Int) throws(SystemError) -> ArraySlice<UInt8> {
        let end = min(position + Int64(count), length)
        guard position < end else { return [] }
        if position < windowStart || end > windowStart + Int64(window.count) {
            switch source {
            case .file(let file): window = try file.read(at: position, count: max(count, Self.windowLength))
            case .memory(let bytes):
                window.removeAll(keepingCapacity: true)
                let rest = UnsafeRawBufferPointer(rebasing: bytes[Int(position)...])
                window.append(contentsOf: UnsafeRawBufferPointer(rebasing: rest.prefix(max(count, Self.fewBytes))))
            }
            windowStart = position
        }
        return window.dropFirst(Int(position - windowStart)).prefix(count)
    }

    /// The last bytes, or all.
    mutating func last(_ count: Int) throws(SystemError) -> ArraySlice<UInt8> {
        try bytes(at: max(0, length - Int64(count)), count: count)
    }
}
