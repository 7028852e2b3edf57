import Video

/// What libFuzzer calls: bytes as an origin may send them for a video. Whatever they are, the walk over them goes forward,
/// stays within the file, and ends.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzVideo(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: count))
    guard let shift = input.first, input.count > 8 else { return 0 }
    let file = Array(input.dropFirst())
    // A file may be longer than what is looked at, up to where sums of sizes would overflow.
    let length = shift < 63 ? max(Int64(file.count), 1 << Int64(shift)) : Int64(file.count)
    for type in [VideoType.mp4, .matroska] { walk(file, as: type, length: length) }
    _ = VideoType(prefix: file[...])
    return 0
}

private func walk(_ file: [UInt8], as type: VideoType, length: Int64) {
    guard var walk = type.walk(over: length) else { fatalError("there is no walk over \(type)") }
    var last: Int64 = -1
    while let position = walk.position {
        guard position > last, position < length || length == 0 else { fatalError("from \(last) to \(position)") }
        last = position
        guard position < file.count else { return }
        let head = file[Int(position)...].prefix(StructureWalk.headLength)
        do throws(StructureFlaw) { try walk.accept(head) } catch {
            guard !error.description.isEmpty else { fatalError("a flaw without words") }
            return
        }
    }
}
