internal import Records

/// What is wrong with lines of a file that go no further: reported one by one, up to a number, so that the wrong kind
/// of file does not fill the terminal.
package final class LineProblems {
    private let name: String
    private var messages: FirstMessages

    /// - Parameter name: the file's, as messages show it.
    package init(in name: String, _ diagnostics: Diagnostics) {
        self.name = name
        messages = FirstMessages(diagnostics.say)
    }

    package var hasAny: Bool { messages.count > 0 }

    package func note(_ problem: some CustomStringConvertible, line: Int) {
        messages.say("\(name): line \(line): \(problem); it was passed over")
    }

    /// Called at the end of the file. One of which no line was good is the wrong file: going on as if it were empty
    /// would look like work well done.
    package func finish(goodLines: Int) throws(ToolFailure) {
        messages.finish { "\(name): \($0) more lines were passed over" }
        if messages.count > 0 && goodLines == 0 {
            throw .refused("\(name): no line is a record, give it the output of tf-catalog")
        }
    }
}
