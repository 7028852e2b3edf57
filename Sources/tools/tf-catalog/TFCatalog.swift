import ArgumentParser
import Catalog
import NDJSON
import POSIX
import Records
import ToolSupport

@main
struct TFCatalog: Tool {
    static let name = "tf-catalog"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "Print what there is to download: one record for each segment.",
        discussion: """
            SOURCE is the application's SQLite database; a file of JSON, NDJSON, CSV or TSV; a listing of the store; \
            a bucket, as in 's3://bucket/prefix'; or the URL of a server that answers JSON. See tf-catalog(1).
            """,
        version: Suite.version)

    @Argument(help: "Where the catalogue is read from; '-' or nothing: standard input.", completion: .file())
    var source: String?

    @OptionGroup var reading: SourceOptions
    @OptionGroup var records: RecordOptions
    @OptionGroup var choice: SelectionOptions
    @OptionGroup var comparison: ListingOptions
    @OptionGroup var planning: PlanOptions
    @OptionGroup var messages: MessageOptions

    @Flag(help: "List courses instead, with the number of their segments.")
    var courses = false

    var isDebugging: Bool { messages.debug }

    func validate() throws {
        let modes = [
            ("--courses", courses), ("--plan", planning.plan), ("--missing", comparison.missing),
            ("--extra", comparison.extra), ("--print-sql", reading.printSQL != nil),
        ].filter(\.1).map { "'\($0.0)'" }
        if modes.count > 1 { throw ValidationError("\(modes.joined(separator: " and ")) exclude each other") }
    }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        var output = LineOutput()
        if let dialect = reading.printSQL {
            output.buffer.append(json: CatalogQuery(reading.schema, dialect, try reading.names()).text.utf8)
            try refusing { () throws(SystemError) in try output.flush() }
            return .success
        }
        let settings = try CatalogSettings(self, diagnostics)
        diagnostics.announceTerminal(
            source == "-" ? "the source" : "the listing", [source, comparison.listing].compactMap { $0 })
        do throws(CatalogError) {
            let (listing, isListingClean) = try readListing(settings, diagnostics)
            let source = try settings.input.source(settings.reading)
            if let debug = diagnostics.debug { for text in source.explanation { debug("\(source.name): \(text)") } }
            var catalog = CatalogMaker(source, settings.rules, settings.selection, listing: listing) {
                diagnostics.say($0)
            }
            try write(&catalog, to: &output)
            if let refusal = catalog.refusal, isRecordsWanted { throw CatalogError(refusal) }
            return catalog.isClean && isListingClean ? .success : .someFailed
        } catch {
            throw .refused(error.message)
        }
    }

    /// Lists and plans of nothing are answers too.
    private var isRecordsWanted: Bool { !courses && !planning.plan && !comparison.missing && !comparison.extra }

    private func readListing(
        _ settings: CatalogSettings, _ diagnostics: Diagnostics
    ) throws(CatalogError) -> (Listing?, isClean: Bool) {
        guard let input = settings.listing else { return (nil, true) }
        let listing = try Listing(input) { diagnostics.say($0) }
        return (listing, listing.isClean)
    }

    private func write(_ catalog: inout CatalogMaker, to output: inout LineOutput) throws(CatalogError) {
        if courses {
            for course in try catalog.courseList() { course.write(to: &output.buffer) }
        } else if planning.plan {
            let free = planning.output.flatMap { FreeSpace(for: $0).bytes }
            try catalog.plan().write(free: free, rate: planning.rate?.value, to: &output.buffer)
        } else if comparison.missing {
            try catalog.writeMissing(to: &output)
        } else if comparison.extra {
            try catalog.writeExtra(to: &output)
        } else {
            try catalog.write(to: &output)
        }
        do throws(SystemError) { try output.flush() } catch { throw CatalogError("\(error)") }
    }
}
