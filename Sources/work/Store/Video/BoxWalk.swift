/// The walk over the boxes of an MP4 or QuickTime file: their sizes add up to the file's length, and there are tracks and
/// media, in one movie or in fragments. What is inside the boxes is not looked at.
package struct BoxWalk: Sendable {
    private(set) var position: Int64? = 0
    private let length: Int64
    private var hasMovie = false
    private var hasMedia = false
    /// Whether the last fragment's media are still to come.
    private var isFragmentOpen = false

    /// - Parameter length: of the file, in bytes.
    init(over length: Int64) { self.length = length }

    mutating func take(_ head: ArraySlice<UInt8>) throws(StructureFlaw) {
        guard let start = position else { return }
        let box = try BoxHead(head, at: start)
        let rest = length - start
        let size = box.size ?? rest
        guard size <= rest else { throw .cutOff(at: start, missing: size - rest) }
        try note(box.type, at: start)
        guard size == rest else {
            position = start + size
            return
        }
        try checkEnd()
        position = nil
    }

    private mutating func note(_ type: String, at start: Int64) throws(StructureFlaw) {
        switch type {
        case "ftyp":
            // Only what can be left out stands before it (section 4.3.1).
            guard !hasMovie && !hasMedia else { throw .secondFile(at: start) }
        case "moov": hasMovie = true
        case "moof": (hasMovie, isFragmentOpen) = (true, true)
        case "mdat", "imda": (hasMedia, isFragmentOpen) = (true, false)
        default: break
        }
    }

    private func checkEnd() throws(StructureFlaw) {
        guard hasMovie else { throw .noMovie }
        guard hasMedia && !isFragmentOpen else { throw .noMedia }
    }
}
