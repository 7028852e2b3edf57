/// An array in blocks that never move: growing by one never copies the others, nor takes twice their memory.
struct BlockArray<Element: BitwiseCopyable> {
    private static var bits: Int { 14 }
    private static var blockSize: Int { 1 << bits }

    private var blocks: [[Element]] = []
    private(set) var count = 0

    mutating func append(_ element: Element) {
        if count == blocks.count << Self.bits {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(Self.blockSize)
        }
        blocks[blocks.count - 1].append(element)
        count += 1
    }

    subscript(index: Int) -> Element {
        get { blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
        _modify { yield &blocks[index >> Self.bits][index & (Self.blockSize - 1)] }
    }

    func visit(_ body: (Element) -> Void) {
        for block in blocks {
            for element in block { body(element) }
        }
    }
}
