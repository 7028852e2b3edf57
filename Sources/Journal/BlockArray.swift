/// An array in blocks that never move: growing by one never copies the others, nor takes twice their memory.
package struct BlockArray<Element: BitwiseCopyable>: RandomAccessCollection {
    private static var bits: Int { 14 }
    private static var blockSize: Int { 1 << bits }

    private var blocks: [[Element]] = []
    package private(set) var endIndex = 0

    package init() {}

    package var startIndex: Int { 0 }

    package mutating func append(_ element: Element) {
        if endIndex == blocks.count << Self.bits {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
        }
        blocks[blocks.count - 1].append(element)
        endIndex += 1
    }

    package subscript(index: Int) -> Element {
        get { blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
        _modify { yield &blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
    }
}

extension BlockArray: Sendable where Element: Sendable {}
