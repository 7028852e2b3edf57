/// Outcomes by number of their paths, in blocks that never move: growing copies nothing and wastes nothing.
///
/// Not `PathTables.BlockArray`: generic code of another room is not specialised here, and cost a quarter of the time of
/// taking a result in.
struct OutcomeTable {
    private static let bits = 14
    private var blocks: [[Outcome]] = []
    private(set) var count = 0

    /// The outcome for the next number: nothing is known yet.
    mutating func append() {
        if count == blocks.count << Self.bits { blocks.append([Outcome](repeating: Outcome(), count: 1 << Self.bits)) }
        count += 1
    }

    subscript(number: Int) -> Outcome {
        get { blocks[number >> Self.bits][number & ((1 << Self.bits) - 1)] }
        _modify { yield &blocks[number >> Self.bits][number & ((1 << Self.bits) - 1)] }
    }

    func visit(_ body: (Outcome) -> Void) {
        for number in 0..<count { body(self[number]) }
    }
}
