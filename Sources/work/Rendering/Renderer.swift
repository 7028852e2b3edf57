package import Journal

/// A format of the summary. Adding one: a file here, a case in the tool's `--format`, a test, a line in the manual.
package protocol Renderer {
    func render(_ summary: Summary, to output: inout some TextOutputStream)
}
