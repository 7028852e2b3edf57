/// An array in blocks that never move: growing by one never copies the others, nor takes twice their memory.
///
/// Inlinable, since other rooms walk over millions of elements, and would else do it unspecialised at ten times the cost.
package struct BlockArray<Element: BitwiseCopyable> {
    @inlinable package static var bits: Int { 14 }
    @inlinable package static var blockSize: Int { 1 << bits }

    @usableFromInline var blocks: [[Element]] = []
    @usableFromInline package internal(set) var count = 0

    @inlinable package init() {}

    @inlinable package mutating func append(_ element: Element) {
        if count == blocks.count << Self.bits {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
        }
        blocks[blocks.count - 1].append(element)
        count += 1
    }

    @inlinable package subscript(index: Int) -> Element {
        get { blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
        _modify { yield &blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
    }

    /// Calls `body` with each element, in order.
    @inlinable package func visit(_ body: (Element) -> Void) {
        for block in blocks {
            for element in block { body(element) }
        }
    }
}
