import ArgumentParser
import Catalog
import NDJSON
import POSIX
import ToolSupport

@main
struct TFCatalog: Tool {
    static let name = "tf-catalog"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Print what there is to download: one record for each segment.",
        discussion: "SOURCE is the application's SQLite database, or a file of JSON or NDJSON. See tf-catalog(1).")

    @Argument(help: "Where the catalogue is read from; '-' or nothing: standard input.", completion: .file())
    var source: String?

    @OptionGroup var records: RecordOptions
    @OptionGroup var choice: SelectionOptions

    @Flag(help: "List courses instead, with the number of their segments.")
    var courses = false

    @Flag(help: "Print one object with counts instead.")
    var plan = false

    func validate() throws {
        if courses && plan { throw ValidationError("'--courses' and '--plan' exclude each other") }
    }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        let rules = try records.rules()
        let input = try input()
        do throws(CatalogFailure) {
            let source = try input.source(courses: choice.selection.courses)
            var catalog = Catalog(source, rules, choice.selection) { diagnostics.say($0) }
            var output = LineOutput()
            try write(&catalog, to: &output)
            return catalog.isClean ? .success : .someFailed
        } catch {
            throw .refused(error.message)
        }
    }

    private func input() throws(ToolFailure) -> CatalogInput {
        if let source, source != "-" { return .file(source) }
        guard source != nil || !Descriptor.isTerminal(0) else {
            throw .usage("no SOURCE given, and standard input is a terminal; see '\(Self.name) --help'")
        }
        return .standardInput
    }

    private func write(_ catalog: inout Catalog, to output: inout LineOutput) throws(CatalogFailure) {
        if courses {
            for course in try catalog.courseList() { course.write(to: &output.buffer) }
        } else if plan {
            try catalog.plan().write(to: &output.buffer)
        } else {
            try catalog.write(to: &output)
        }
        do throws(SystemError) { try output.flush() } catch { throw CatalogFailure("\(error)") }
    }
}
