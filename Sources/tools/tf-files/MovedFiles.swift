import ArgumentParser
import Glibc
import Inventory
import Journal
import NDJSON
import POSIX
import Records
import Store
import ToolSupport

/// Files that get other names.
extension TFFiles {
    /// Prints which files have to be renamed for a catalogue.
    func printMoves(
        to path: String, _ diagnostics: Diagnostics, _ told: inout FirstMessages
    ) throws(ToolFailure) -> ToolStatus {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        let root = MoveFolder(try openFolder())
        var plan = try refusing { () throws(SystemError) in
            try MovePlan(
                in: root, old: options.oldCatalog, results: options.results,
                journal: readJournal() ?? FoldedJournal())
        }
        var left = FirstMessages(diagnostics.say)
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(path)
            try plan.read(&catalog) {
                problems.note($0, line: $1)
            } left: {
                left.say("'\($0)': \($1)")
            }
        }
        try problems.finish(goodLines: plan.records)
        left.finish { "\($0) more are like these" }
        var output = LineOutput()
        plan.visit { from, to, line in
            told.say("'\(from)': is to be renamed to '\(to)'")
            output.buffer.append(json: line)
        }
        plan.visitMarks { output.buffer.append(json: $0) }
        try refusing { () throws(SystemError) in try output.flush() }
        told.finish { "\($0) more are to be renamed" }
        diagnostics.say("\(told.count) files to be renamed\(left.count > 0 ? ", \(left.count) left as they are" : "")")
        return left.count > 0 ? .someFailed : .success
    }

    /// Renames the files of a plan, and prints the lines for the journal.
    func move(
        by path: String, _ diagnostics: Diagnostics, _ told: inout FirstMessages
    ) throws(ToolFailure) -> ToolStatus {
        let root = MoveFolder(try openFolder())
        try refusing { () throws(SystemError) in
            var plan = try LineFile(path)
            var mover = try Mover(&plan, in: root)
            mover.run { told.say("'\($0)': \($1)") }
            var output = LineOutput()
            try mover.write(&plan, now: SystemClock().now, to: &output)
            told.finish { "\($0) more are like these" }
            diagnostics.say("\(mover.done) files renamed\(told.count > 0 ? ", \(told.count) left as they are" : "")")
        }
        return told.count > 0 ? .someFailed : .success
    }

    /// Moves strangers out of the folder, unless they are too many.
    ///
    /// - Parameter files: how many files the folder has, strangers included.
    func setAside(
        _ strangers: [FolderWalk.Entry], of files: Int, in place: String, _ diagnostics: Diagnostics
    ) throws(ToolFailure) -> ToolStatus {
        let limit = options.atMost ?? .usual
        guard limit.allows(strangers.count, of: files) else {
            throw .refused(
                "'\(options.folder)': \(strangers.count) of \(files) files belong to no record, more than \(limit): "
                    + "nothing is set aside: look at the catalogue, or allow more with --at-most")
        }
        guard !strangers.isEmpty else { return .success }
        var told = FirstMessages(diagnostics.say)
        var moved: [RelativePath] = []
        var printer = EntryPrinter()
        let folder = try openFolder()
        try refusing { () throws(SystemError) in
            let aside = try SetAside(from: folder, to: place)
            for entry in strangers {
                do throws(PathError) {
                    let path = try RelativePath(entry.text)
                    do throws(TryError) { try aside.move(path) } catch {
                        told.say("'\(path)': \(error.message): it is left where it is")
                        continue
                    }
                    moved.append(path)
                } catch {
                    told.say("'\(entry.text)': \(error): it is left where it is")
                    continue
                }
                try printer.print(entry.text, bytes: Int64(entry.status.st_size))
            }
            aside.finish(moved)
            try printer.flush()
        }
        told.finish { "\($0) more are like these" }
        diagnostics.say("\(moved.count) files set aside in '\(place)'")
        return told.count > 0 ? .someFailed : .success
    }
}

extension StrangerLimit: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
