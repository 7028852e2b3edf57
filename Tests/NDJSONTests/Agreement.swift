import Testing

/// Holds `LineScanner` against the reference, line by line.
final class Agreement {
    private let comparison = Comparison()
    private(set) var valid = 0
    private(set) var refused = 0

    /// Reports where the two differ: in whether the line is an object, or in what is in it.
    func check(_ line: [UInt8], sourceLocation: SourceLocation = #_sourceLocation) {
        let difference = comparison.difference(line)
        if comparison.isObject {
            valid += 1
        } else {
            refused += 1
        }
        if let difference {
            Issue.record("\(difference): \(readable(line))", sourceLocation: sourceLocation)
        }
    }
}
