package import Tally

package struct HTMLRenderer: Renderer {
    package init() {}

    package func render(_ summary: Summary, to output: inout some TextOutputStream) {}
}
