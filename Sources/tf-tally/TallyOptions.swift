import ArgumentParser
import Glibc
import Journal
import POSIX
import Rendering

/// What the user asks of tf-tally.
struct TallyOptions: ParsableArguments {
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case table, json
    }

    @Option(help: ArgumentHelp("Count the records of this catalogue, and nothing else.", valueName: "file"))
    var catalog: String?

    @Option(help: ArgumentHelp("Show what runs now, from what tf-fetch --active wrote here.", valueName: "file"))
    var active: String?

    @Option(help: "What to write: table or json.")
    var format = Format.table

    @Flag(help: "Show every course in the table.")
    var allCourses = false

    @Option(help: ArgumentHelp("After how many tries a file has failed for good.", valueName: "n"))
    var tries = FileState.usualTries

    @Flag(help: "End with status 1 if anything is not there.")
    var check = false

    @Argument(help: ArgumentHelp("Files of results; none, or -, is standard input.", valueName: "file"))
    var files: [String] = []

    /// The files of results, standard input as `-`.
    var inputs: [String] { files.isEmpty ? ["-"] : files }

    func checkTogether() throws {
        if tries < 1 { throw ValidationError("'--tries' must be at least 1") }
        if inputs.count(where: { $0 == "-" }) + (catalog == "-" ? 1 : 0) > 1 {
            throw ValidationError("standard input can be read only once, name a file for the catalogue or the results")
        }
    }

    /// As wide as the terminal; 80 columns elsewhere.
    var tableRenderer: TableRenderer {
        let width = max(60, Descriptor.windowSize(STDOUT_FILENO)?.columns ?? 80)
        return TableRenderer(width: width, mostCourses: allCourses ? .max : 20)
    }
}
