internal import Glibc
internal import POSIX

/// Paths, each with a number of its own: 0 for the first one met, and so on.
///
/// A journal of millions of paths has to fit in little memory, which a dictionary of strings does not: the paths are
/// in one arena, and an open-addressed table of their numbers leads to them. Half of each path's hash is beside its
/// number: nearly every comparison of paths is one that finds them equal, and growing looks at no path again.
package struct PathTable: ~Copyable {
    /// A free place in the table, or the number of a path with 32 bits of its hash.
    private struct Slot {
        private let bits: UInt64

        static let free = Slot(bits: .max)

        private init(bits: UInt64) { self.bits = bits }

        init(number: Int, hash: Hash) { bits = UInt64(hash.value) << 32 | UInt64(number) }

        var isFree: Bool { bits == .max }
        var number: Int { Int(truncatingIfNeeded: bits & 0xFFFF_FFFF) }
        var hash: Hash { Hash(value: UInt32(truncatingIfNeeded: bits >> 32)) }
    }

    /// With a new key in each process: no one can choose paths that collide.
    package struct Hash: Equatable, BitwiseCopyable, Sendable {
        fileprivate let value: UInt32

        fileprivate init(value: UInt32) { self.value = value }

        fileprivate init(of path: UnsafeRawBufferPointer) {
            var hasher = Hasher()
            hasher.combine(bytes: path)
            value = UInt32(truncatingIfNeeded: hasher.finalize())
        }
    }

    private var arena = PathArena()
    private var slots = Array(repeating: Slot.free, count: 1024)

    package init() {}

    package var count: Int { arena.count }

    /// The number of a path; nil where it was never inserted.
    package func number(of path: UnsafeRawBufferPointer) -> Int? {
        let slot = slots[findSlot(of: path, hash: Hash(of: path))]
        return slot.isFree ? nil : slot.number
    }

    /// The same, for one whose hash is known.
    package func number(of path: UnsafeRawBufferPointer, _ hash: Hash) -> Int? {
        let slot = slots[findSlot(of: path, hash: hash)]
        return slot.isFree ? nil : slot.number
    }

    /// The first half of an insertion.
    package static func hash(of path: UnsafeRawBufferPointer) -> Hash { Hash(of: path) }

    /// Begins to fetch a path's place in the table. In a large table it is in no cache, and waiting for it takes as
    /// long as reading half a line: that is better done some time before the second half.
    package func prefetch(_ hash: Hash) {
        slots.withUnsafeBufferPointer { Memory.prefetch($0.baseAddress! + home(of: hash)) }
    }

    /// The number of a path, which is new when it equals the count before the call.
    package mutating func insert(_ path: UnsafeRawBufferPointer) -> Int { insert(path, Hash(of: path)) }

    /// The second half of an insertion.
    ///
    /// - Parameter hash: the path's own.
    package mutating func insert(_ path: UnsafeRawBufferPointer, _ hash: Hash) -> Int {
        let index = findSlot(of: path, hash: hash)
        if !slots[index].isFree { return slots[index].number }
        let number = arena.append(path)
        // The number of a free slot is the one that does not fit.
        precondition(number < UInt32.max)
        slots[index] = Slot(number: number, hash: hash)
        if count > slots.count / 4 * 3 { grow() }
        return number
    }

    /// Whether this is the path with this number.
    package func isPath(_ number: Int, _ path: UnsafeRawBufferPointer) -> Bool { arena.isEqual(number, path) }

    /// Shows the bytes of the path that has this number.
    package func withPath<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        arena.withPath(number, body)
    }

    private func home(of hash: Hash) -> Int { Int(hash.value) & (slots.count - 1) }

    /// The slot of the path, or the free one where it belongs.
    private func findSlot(of path: UnsafeRawBufferPointer, hash: Hash) -> Int {
        var index = home(of: hash)
        while !slots[index].isFree {
            if slots[index].hash == hash, arena.isEqual(slots[index].number, path) { return index }
            index = (index + 1) & (slots.count - 1)
        }
        return index
    }

    private mutating func grow() {
        var larger = Array(repeating: Slot.free, count: slots.count * 2)
        for slot in slots where !slot.isFree {
            var index = Int(slot.hash.value) & (larger.count - 1)
            while !larger[index].isFree { index = (index + 1) & (larger.count - 1) }
            larger[index] = slot
        }
        slots = larger
    }
}

/// The bytes of paths, one after the other, in blocks that never move: growing copies nothing and wastes nothing.
struct PathArena: ~Copyable {
    /// A path is a part of a line, so it is shorter than the longest line and fits in a block.
    private static let blockSize = 1 << 20

    /// Where a path is: which byte of which block, and how many bytes.
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

/// An array in blocks that never move: growing by one never copies the others, nor takes twice their memory.
///
/// Inlinable and public, as `LineScanner` is: other rooms walk over millions of elements, and would else do it
/// unspecialised, at ten times the cost.
public struct BlockArray<Element: BitwiseCopyable> {
    @inlinable public static var bits: Int { 14 }
    @inlinable public static var blockSize: Int { 1 << bits }

    @usableFromInline var blocks: [[Element]] = []
    @usableFromInline package internal(set) var count = 0

    @inlinable public init() {}

    @inlinable public mutating func append(_ element: Element) {
        if count == blocks.count << Self.bits {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
        }
        blocks[blocks.count - 1].append(element)
        count += 1
    }

    @inlinable public subscript(index: Int) -> Element {
        get { blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
        _modify { yield &blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
    }

    /// Calls `body` with each element, in order.
    @inlinable public func visit(_ body: (Element) -> Void) {
        for block in blocks {
            for element in block { body(element) }
        }
    }
}
