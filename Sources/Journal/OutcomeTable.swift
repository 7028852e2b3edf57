/// What is known of each path, by the path's number: in blocks that never move, as in `BlockArray`. That one, being generic
/// and of another room, is not specialised here, and asking the runtime for its type took an eighth of the time.
struct OutcomeTable {
    private static let bits = 14

    private var blocks: [[Outcome]] = []
    private(set) var count = 0

    /// Adds a path of which nothing is known.
    mutating func append() {
        if count == blocks.count << Self.bits {
            blocks.append([])
            blocks[blocks.count - 1].reserveCapacity(1 << Self.bits)
        }
        blocks[blocks.count - 1].append(Outcome())
        count += 1
    }

    subscript(number: Int) -> Outcome {
        get { blocks[number >> Self.bits][number & (1 << Self.bits - 1)] }
        _modify { yield &blocks[number >> Self.bits][number & (1 << Self.bits - 1)] }
    }

    func visit(_ body: (Outcome) -> Void) {
        for block in blocks {
            for outcome in block { body(outcome) }
        }
    }
}
