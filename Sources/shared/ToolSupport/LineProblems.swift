internal import Records

/// What is wrong with lines of a file that go no further: reported one by one when the file is read, up to a number, so
/// that the wrong kind of file does not fill the terminal.
package final class LineProblems {
    private let name: String
    private let diagnostics: Diagnostics
    /// The first of them.
    private var problems: [(line: Int, text: String)] = []
    private var count = 0

    private static let most = 20

    /// - Parameter name: the file's, as messages show it.
    package init(in name: String, _ diagnostics: Diagnostics) {
        self.name = name
        self.diagnostics = diagnostics
    }

    package var hasAny: Bool { count > 0 }

    package func note(_ problem: some CustomStringConvertible, line: Int) {
        count += 1
        if count <= Self.most { problems.append((line, problem.description)) }
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
