/// Paths, each with a number of its own: 0 for the first one met, and so on.
///
/// A journal of millions of paths has to fit in little memory, which a dictionary of strings does not: the paths stand
/// in one arena, and an open-addressed table of their numbers leads to them. A byte of each path's hash stands beside
/// its number, so that nearly every comparison of paths is one that finds them equal.
package struct PathTable: ~Copyable {
    private var arena = PathArena()
    /// By slot: 0 where it is free, else seven bits of the hash and a high bit that is set.
    private var tags: [UInt8]
    /// By slot: the path's number, where the slot is taken.
    private var numbers: [UInt32]

    package init() {
        tags = Array(repeating: 0, count: 1024)
        numbers = Array(repeating: 0, count: 1024)
    }

    package var count: Int { arena.count }

    /// The number of a path; nil where it was never inserted.
    package func number(of path: UnsafeRawBufferPointer) -> Int? {
        let slot = findSlot(of: path, hash: Self.hash(path))
        return tags[slot] == 0 ? nil : Int(numbers[slot])
    }

    /// The number of a path, which is new when it equals the count before the call.
    package mutating func insert(_ path: UnsafeRawBufferPointer) -> Int {
        let hash = Self.hash(path)
        let slot = findSlot(of: path, hash: hash)
        if tags[slot] != 0 { return Int(numbers[slot]) }
        let number = arena.append(path)
        take(slot, for: number, hash: hash)
        if count > tags.count / 4 * 3 { grow() }
        return number
    }

    /// Keyed anew in each process: nobody can choose paths that collide.
    private static func hash(_ path: UnsafeRawBufferPointer) -> UInt {
        var hasher = Hasher()
        hasher.combine(bytes: path)
        return UInt(bitPattern: hasher.finalize())
    }

    /// The top bits, since the low ones choose the slot.
    private static func tag(_ hash: UInt) -> UInt8 { UInt8(truncatingIfNeeded: hash >> 57) | 0x80 }

    /// The slot that holds the path, or the free one where it belongs.
    private func findSlot(of path: UnsafeRawBufferPointer, hash: UInt) -> Int {
        let tag = Self.tag(hash)
        var slot = Int(truncatingIfNeeded: hash) & (tags.count - 1)
        while tags[slot] != 0 {
            if tags[slot] == tag, arena.isEqual(Int(numbers[slot]), path) { return slot }
            slot = (slot + 1) & (tags.count - 1)
        }
        return slot
    }

    private mutating func take(_ slot: Int, for number: Int, hash: UInt) {
        tags[slot] = Self.tag(hash)
        numbers[slot] = UInt32(number)
    }

    private mutating func grow() {
        let size = tags.count * 2
        // Both are let go before the larger ones are made: the numbers stand in the arena's order anyway.
        (tags, numbers) = ([], [])
        tags = Array(repeating: 0, count: size)
        numbers = Array(repeating: 0, count: size)
        for number in 0..<count {
            let hash = arena.withPath(number, Self.hash)
            var slot = Int(truncatingIfNeeded: hash) & (size - 1)
            while tags[slot] != 0 { slot = (slot + 1) & (size - 1) }
            take(slot, for: number, hash: hash)
        }
    }
}
