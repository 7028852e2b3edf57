/// A line now and then, and one at the end: for logs.
package struct PlainRenderer: ProgressRenderer {
    package let interval = 30.0

    package init() {}

    package func render(_ report: ProgressReport, to output: inout some TextOutputStream) {
        output.write(report.summary)
    }

    package func renderEnd(_ report: ProgressReport, to output: inout some TextOutputStream) {
        output.write(report.endSummary)
    }
}
