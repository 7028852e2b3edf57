/// What is wrong with lines of a file that go no further: told one by one, up to a number, so that the wrong kind of
/// file does not fill the terminal.
package final class LineProblems {
    private static let mostTold = 20

    private let name: String
    private let diagnostics: Diagnostics
    private var count = 0

    /// - Parameter name: the file's, as it stands in messages.
    package init(in name: String, _ diagnostics: Diagnostics) {
        self.name = name
        self.diagnostics = diagnostics
    }

    package var hasAny: Bool { count > 0 }

    package func note(_ problem: some CustomStringConvertible, line: Int) {
        count += 1
        if count <= Self.mostTold { diagnostics.say("\(name): line \(line): \(problem); it was passed over") }
    }

    /// Called at the end of the file. One of which no line was good is the wrong file: going on as if it were empty
    /// would look like work well done.
    package func finish(goodLines: Int) throws(ToolFailure) {
        if count > Self.mostTold { diagnostics.say("\(name): \(count - Self.mostTold) more lines were passed over") }
        if count > 0 && goodLines == 0 {
            throw .refused("\(name): no line is a record, give it the output of tf-catalog")
        }
    }
}
