/// Says the first of many messages of a kind, and counts the rest, so that thousands do not fill the terminal.
package struct FirstMessages {
    private let output: (String) -> Void
    /// How many there were, those that were not said included.
    package private(set) var count = 0

    private static let most = 20

    package init(_ say: @escaping (String) -> Void) { output = say }

    /// Whether the next one will be said.
    package var isSaying: Bool { count < Self.most }

    package mutating func say(_ message: @autoclosure () -> String) {
        if isSaying { output(message()) }
        count += 1
    }

    /// To be called after the last one.
    ///
    /// - Parameter words: for the number of those that were not said.
    package func finish(_ words: (_ rest: Int) -> String) {
        if count > Self.most { output(words(count - Self.most)) }
    }
}
