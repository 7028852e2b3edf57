internal import Glibc

/// The bytes of paths, one behind the other, in blocks that never move: growing copies nothing and wastes nothing.
struct PathArena: ~Copyable {
    /// A path is a part of a line, so it is shorter than the longest line and fits in a block.
    private static let blockSize = 1 << 20

    /// Where a path stands: which byte of which block, and how many bytes.
    private struct Place {
        private let bits: UInt64

        init(block: Int, offset: Int, length: Int) {
            bits = UInt64(block) << 40 | UInt64(offset) << 20 | UInt64(length)
        }

        var block: Int { Int(bits >> 40) }
        var range: Range<Int> {
            let start = Int(bits >> 20) & 0xFFFFF
            return start..<start + Int(bits & 0xFFFFF)
        }
    }

    private var blocks: [[UInt8]] = []
    private var places = BlockArray<Place>()

    var count: Int { places.count }

    /// Returns the path's number.
    mutating func append(_ path: UnsafeRawBufferPointer) -> Int {
        precondition(path.count < Self.blockSize)
        if blocks.isEmpty || blocks[blocks.count - 1].count + path.count >= Self.blockSize {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
        }
        let block = blocks.count - 1
        places.append(Place(block: block, offset: blocks[block].count, length: path.count))
        blocks[block].append(contentsOf: path)
        return count - 1
    }

    func withPath<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let place = places[number]
        return blocks[place.block].withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[place.range])) }
    }

    func isEqual(_ number: Int, _ path: UnsafeRawBufferPointer) -> Bool {
        withPath(number) { own in
            own.count == path.count && (own.isEmpty || memcmp(own.baseAddress!, path.baseAddress!, own.count) == 0)
        }
    }
}
