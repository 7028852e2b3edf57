import ArgumentParser
import Glibc
import Inventory
import Journal
import NDJSON
import POSIX
import Records
import Store
import ToolSupport

@main
struct TFFiles: Tool {
    static let name = "tf-files"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "Check the files of a folder against a catalogue.",
        discussion: """
            For each record whose file is missing or not whole a line is printed that queues it again, once it is \
            appended to the journal. Nothing is fetched, and without --remove nothing is changed.
            """,
        version: Suite.version)

    @OptionGroup var options: FilesOptions

    @OptionGroup var messages: MessageOptions

    var isDebugging: Bool { messages.debug }

    mutating func validate() throws { try options.checkTogether() }

    func work(_ diagnostics: Diagnostics) throws(ToolFailure) -> ToolStatus {
        Signals.endOnBrokenPipe()
        var diagnostics = diagnostics
        diagnostics.display = options.display()
        diagnostics.announceTerminal(
            "lines, one JSON object on each,", [options.catalog].compactMap { $0 } + options.results)
        var told = FirstMessages(diagnostics.say)
        var status = ToolStatus.success
        switch options.mode {
        case .check(let catalog): try check(catalog, diagnostics, &told)
        case .there(let catalog, let remote):
            try printThere(catalog, in: listing(of: remote, mayBeNew: true), diagnostics)
        case .manifest(let catalog):
            status = try writeManifest(of: catalog, diagnostics, &told) ? .someFailed : .success
        case .strangers(let catalog): status = try handleStrangers(of: catalog, diagnostics, &told)
        case .parts: status = try handleParts(diagnostics, &told)
        case .remove(let catalog): status = try remove(catalog, diagnostics, &told)
        case .moves(let catalog): status = try printMoves(to: catalog, diagnostics, &told)
        case .move(let plan): status = try move(by: plan, diagnostics, &told)
        case .renameRotten(let lines): status = try renameRotten(of: lines, diagnostics, &told)
        case .free(let folder): try printFreeSpace(for: folder)
        case .writable(let folder): status = checkWritable(folder, diagnostics)
        case .plan(let catalog, let source): try printPlan(of: catalog, source, diagnostics)
        }
        if case .check = options.mode, told.count > 0 { return .someFailed }
        return status
    }

    private func check(
        _ path: String, _ diagnostics: Diagnostics, _ told: inout FirstMessages
    ) throws(ToolFailure) {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        diagnostics.debug?(
            "checks the files "
                + (options.remote.map { "in '\($0)' by their size" }
                    ?? "below '\(options.folder)' by their \(options.verification.level)")
                + (options.deep ? " and their hashes" : "")
                + (options.results.isEmpty ? "" : ", where the results say that they are there"))
        let (records, checked) = try check(path, diagnostics) {
            problems.note($0, line: $1)
        } found: { path, finding in
            told.say("'\(path)': \(finding.flaw.rawValue): \(finding.message)")
        }
        try problems.finish(goodLines: records)
        told.finish { "\($0) more are like these" }
        diagnostics.say("\(checked) files checked, \(told.count) of them missing or not whole")
    }

    private func check(
        _ path: String, _ diagnostics: Diagnostics, problem: (CatalogLineError, _ line: Int) -> Void,
        found report: (_ path: String, FileInspector.Finding) -> Void
    ) throws(ToolFailure) -> (records: Int, checked: Int) {
        guard !options.isHashing else {
            return try checkDeeply(path, diagnostics, problem: problem, found: report)
        }
        var audit = try Audit(judge(), against: refusing(readJournal), now: SystemClock().now, to: LineOutput())
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(path)
            try audit.run(&catalog, problem: problem, found: report)
        }
        return (audit.records, audit.checked)
    }

    private func judge() throws(ToolFailure) -> any FileJudge {
        if let remote = options.remote { return try listing(of: remote, mayBeNew: false) }
        return FileInspector(try openFolder(), options.verification)
    }

    func openFolder() throws(ToolFailure) -> OutputFolder {
        try refusing { () throws(SystemError) in
            try OutputFolder(lookingAt: options.folder, links: options.allowLinks ? .followed : .refused)
        }
    }
}

// MARK: - What a run would do

extension TFFiles {
    private func printPlan(
        of path: String, _ sourcePath: String, _ diagnostics: Diagnostics
    ) throws(ToolFailure) {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        let source = try readSourcePlan(sourcePath)
        let plan: JobPlan
        do throws(SystemError) {
            var catalog = try LineFile(path)
            let folder = try folderIfAny()
            let found = try foundFiles(in: folder)
            plan = try JobPlan(
                &catalog, readJournal() ?? FoldedJournal(), folder: folder,
                tries: options.tries ?? FileState.usualTries, found: found
            ) { problems.note($0, line: $1) }
            try found?.finish()
        } catch { throw .refused(error) }
        try problems.finish(goodLines: plan.records)
        var output = LineOutput()
        plan.write(
            source, free: FreeSpace(for: options.folder).bytes, rate: options.rate?.value, to: &output.buffer)
        try refusing { () throws(SystemError) in try output.flush() }
    }

    /// What writes the file of `--found`, which is made in any case.
    private func foundFiles(in folder: OutputFolder?) throws(SystemError) -> FoundFiles? {
        guard let path = options.found else { return nil }
        let file = try File(appendingTo: path)
        return folder.map { FoundFiles(in: $0, options.verification, SystemClock(), to: file) }
    }

    private func readSourcePlan(_ path: String) throws(ToolFailure) -> SourcePlan {
        let text = try refusing { () throws(SystemError) in try File(reading: path).readAll(limit: 1 << 16) }
        do throws(LineError) { return try SourcePlan(text) } catch {
            throw .refused("\(LineFile.name(of: path)): is not what 'tf-catalog --plan' printed: \(error)")
        }
    }

    /// Nil where it is still to be made.
    func folderIfAny() throws(SystemError) -> OutputFolder? {
        let links: Folder.Links = options.found == nil || options.allowLinks ? .followed : .refused
        do throws(SystemError) { return try OutputFolder(lookingAt: options.folder, links: links) } catch {
            guard error.isMissingFile else { throw error }
            return nil
        }
    }
}

// MARK: - The folder itself, also where it is still to be made

extension TFFiles {
    private func printFreeSpace(for folder: String) throws(ToolFailure) {
        try StandardOutput.write((FreeSpace(for: folder).bytes.map { String($0) } ?? "null") + "\n")
    }

    private func checkWritable(_ folder: String, _ diagnostics: Diagnostics) -> ToolStatus {
        do throws(SystemError) {
            try Folder(nearest: folder).checkWritable()
            return .success
        } catch {
            diagnostics.say("'\(folder)': no file can be made in it: \(error.reason)")
            return .someFailed
        }
    }
}

// MARK: - What else is there

extension TFFiles {
    /// Names the strangers and prints them, or with `--set-aside` those that it moves away.
    private func handleStrangers(
        of path: String, _ diagnostics: Diagnostics, _ told: inout FirstMessages
    ) throws(ToolFailure) -> ToolStatus {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        var known = KnownPaths()
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(path)
            try known.read(&catalog) { problems.note($0, line: $1) }
        }
        try problems.finish(goodLines: known.records)
        if let place = options.setAside {
            do throws(SystemError) { try SetAside.check(place, for: options.folder) } catch {
                throw .usage("--set-aside: \(error)")
            }
        }
        var printer = EntryPrinter()
        var (files, strangers) = (0, [FolderWalk.Entry]())
        try walk(diagnostics) { entry throws(SystemError) in
            guard !entry.isPart else { return }
            if entry.isPlainFile { files += 1 }
            guard !known.contain(entry.path) else { return }
            if options.setAside == nil {
                told.say("'\(entry.text)': belongs to no record")
                try printer.print(entry.text, bytes: entry.isPlainFile ? Int64(entry.status.st_size) : nil)
            } else if entry.isPlainFile {
                strangers.append(entry)
            }
        }
        try refusing { () throws(SystemError) in try printer.flush() }
        told.finish { "\($0) more are like these" }
        guard let place = options.setAside else { return .success }
        return try setAside(strangers, of: files, in: place, diagnostics)
    }

    /// Prints the parts, and with `--remove` removes those that no process is writing.
    private func handleParts(_ diagnostics: Diagnostics, _ told: inout FirstMessages) throws(ToolFailure) -> ToolStatus
    {
        var printer = EntryPrinter()
        var status = ToolStatus.success
        try walk(diagnostics) { entry throws(SystemError) in
            guard entry.isPart else { return }
            if options.remove {
                do throws(SystemError) { try entry.removeUnlessLocked() } catch {
                    told.say("'\(entry.text)': \(error)")
                    status = .someFailed
                    return
                }
            }
            try printer.print(entry.text, bytes: Int64(entry.status.st_size))
        }
        try refusing { () throws(SystemError) in try printer.flush() }
        told.finish { "\($0) more are like these" }
        return status
    }

    private func walk(
        _ diagnostics: Diagnostics, _ body: (FolderWalk.Entry) throws(SystemError) -> Void
    ) throws(ToolFailure) {
        try refusing { () throws(SystemError) in
            let aside = options.setAside.flatMap(SetAside.identity)
            let walk = FolderWalk(try Folder(options.folder), leavingOut: ".tf-bulk", and: aside) { path, error in
                diagnostics.say("'\(String(decoding: path, as: UTF8.self))': \(error)")
            }
            try walk.visit(body)
        }
    }

    private func remove(
        _ path: String, _ diagnostics: Diagnostics, _ told: inout FirstMessages
    ) throws(ToolFailure) -> ToolStatus {
        let problems = LineProblems(in: LineFile.name(of: path), diagnostics)
        let remover = FileRemover(try openFolder())
        let line = LineScanner<Field>()
        var printer = EntryPrinter()
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(path)
            while let raw = try catalog.next() {
                do throws(LineError) { try line.scan(raw) } catch {
                    problems.note(error, line: raw.number)
                    continue
                }
                for place in places(of: line) {
                    do throws(PathError) {
                        try remove(RelativePath(place), remover, &printer, &told)
                    } catch { told.say("'\(place)': \(error)") }
                }
                try printer.lineEnded()
            }
            try printer.flush()
        }
        told.finish { "\($0) more are like these" }
        return told.count > 0 ? .someFailed : .success
    }

    private func remove(
        _ path: RelativePath, _ remover: FileRemover, _ printer: inout EntryPrinter, _ told: inout FirstMessages
    ) {
        do throws(TryError) {
            for file in try remover.remove(path) { printer.add(file.path, bytes: file.bytes) }
        } catch { told.say("'\(path)': \(error.message)") }
    }

    /// Where a record's file may be.
    private func places(of line: LineScanner<Field>) -> [String] {
        let path = line.string(ifAny: .path).map { [$0] } ?? []
        return path + (line.strings(ifAny: .aliases) ?? [])
    }
}
