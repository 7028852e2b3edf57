/// What is wrong with lines of a file that go no further: reported one by one when the file is read, up to a number, so
/// that the wrong kind of file does not fill the terminal.
package final class LineProblems {
    private let name: String
    private let diagnostics: Diagnostics
    /// The first of them.
    private var problems: [(line: Int, text: String)] = []
    private var count = 0

    /// - Parameter name: the file's, as messages show it.
    package init(in name: String, _ diagnostics: Diagnostics) {
        self.name = name
        self.diagnostics = diagnostics
    }

    package var hasAny: Bool { count > 0 }

    package func note(_ problem: some CustomStringConvertible, line: Int) {
        count += 1
        if count <= FirstMessages.most { problems.append((line, problem.description)) }
    }

    /// Called at the end of the file. One of which no line was good is the wrong file: going on as if it were empty
    /// would look like work well done.
    package func finish(goodLines: Int) throws(ToolFailure) {
        if let (line, text) = problems.first, goodLines == 0 {
            throw .refused(
                "\(name): no line of it is a record (line \(line): \(text)): give it the output of tf-catalog")
        }
        for (line, text) in problems { diagnostics.say("\(name): line \(line): \(text); it was passed over") }
        if count > problems.count { diagnostics.say("\(name): \(count - problems.count) more lines were passed over") }
    }
}

/// Says the first of many messages of a kind, and counts the rest, so that thousands do not fill the terminal.
package struct FirstMessages {
    private let diagnostics: Diagnostics
    package private(set) var count = 0

    static let most = 20

    package init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }

    package mutating func say(_ message: String) {
        count += 1
        if count <= Self.most { diagnostics.say(message) }
    }

    /// - Parameter words: for the number of those that were not said.
    package func finish(_ words: (Int) -> String) {
        if count > Self.most { diagnostics.say(words(count - Self.most)) }
    }
}
