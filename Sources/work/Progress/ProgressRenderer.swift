/// A format of the progress. Adding one: a file here, a case in the tool's `--progress`, a test, a line in the manual.
package protocol ProgressRenderer {
    /// Seconds between two renderings.
    var interval: Double { get }

    func render(_ report: ProgressReport, to output: inout some TextOutputStream)

    /// What is told at once, out of turn: the first trouble. Nothing where the next rendering is soon.
    func renderTrouble(_ trouble: String, to output: inout some TextOutputStream)

    /// The last one: how it went.
    func renderEnd(_ report: ProgressReport, to output: inout some TextOutputStream)
}

extension ProgressRenderer {
    package func renderTrouble(_: String, to _: inout some TextOutputStream) {}
}

/// A line now and then, and one at the end: for logs.
package struct PlainRenderer: ProgressRenderer {
    package let interval = 30.0

    package init() {}

    package func render(_ report: ProgressReport, to output: inout some TextOutputStream) {
        output.write(report.summary)
    }

    package func renderTrouble(_ trouble: String, to output: inout some TextOutputStream) {
        output.write("the first failure: \(trouble)")
    }

    package func renderEnd(_ report: ProgressReport, to output: inout some TextOutputStream) {
        output.write(report.endSummary)
    }
}
