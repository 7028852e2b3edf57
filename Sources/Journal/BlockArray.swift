/// An array in blocks that never move: growing by one never copies the others, nor takes twice their memory.
package struct BlockArray<Element: BitwiseCopyable>: ~Copyable {
    private static var bits: Int { 14 }
    private static var blockCount: Int { 1 << bits }

    private var blocks: [[Element]] = []
    package private(set) var count = 0

    package init() {}

    package mutating func append(_ element: Element) {
        if count == blocks.count << Self.bits {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockCount)
        }
        blocks[blocks.count - 1].append(element)
        count += 1
    }

    package subscript(index: Int) -> Element {
        get { blocks[index >> Self.bits][index & (Self.blockCount - 1)] }
        _modify { yield &blocks[index >> Self.bits][index & (Self.blockCount - 1)] }
    }

    package func forEach(_ body: (Element) -> Void) {
        for block in blocks {
            for element in block { body(element) }
        }
    }
}
