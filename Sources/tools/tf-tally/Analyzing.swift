import ArgumentParser
import Glibc
import Journal
import NDJSON
import POSIX
import Rendering
import ToolSupport

extension TFTally {
    /// Prints the analysis of all tries.
    func analyze() throws(ToolFailure) {
        var analysis = Analysis()
        for path in options.inputs {
            try refusing { () throws(SystemError) in
                var results = try LineFile(path)
                try analysis.read(&results)
            }
        }
        let renderer = AnalysisRenderer(width: max(60, Descriptor.windowSize(STDOUT_FILENO)?.columns ?? 80))
        try StandardOutput.write(options.format == .json ? renderer.json(analysis) : renderer.table(analysis))
    }
}

extension TallyOptions {
    /// The analysis is of single tries: what else can be asked of tf-tally is about files.
    func checkAnalysis() throws {
        guard analyze else { return }
        let isAboutFiles =
            catalog != nil || active != nil || snapshot != nil || output != nil || follow || check || allCourses
        if isAboutFiles || ![.table, .json].contains(format) {
            throw ValidationError("'--analyze' is for results alone, as a table or json")
        }
    }
}
