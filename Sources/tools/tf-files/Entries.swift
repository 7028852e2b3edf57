import Glibc
import Inventory
import NDJSON
import POSIX
import Records
import Store
import ToolSupport

/// Prints files as lines: `path`, and `bytes` of a plain one.
struct EntryPrinter: ~Copyable {
    private var output = LineOutput()

    mutating func print(_ path: String, bytes: Int64?) throws(SystemError) {
        add(path, bytes: bytes)
        try output.lineEnded()
    }

    /// Called after one or more lines were added.
    mutating func lineEnded() throws(SystemError) { try output.lineEnded() }

    mutating func add(_ path: String, bytes: Int64?) {
        output.buffer.open()
        output.buffer.add(Field.path, path)
        if let bytes { output.buffer.add(Field.bytes, bytes) }
        output.buffer.close()
    }

    mutating func flush() throws(SystemError) { try output.flush() }
}

extension FolderWalk.Entry {
    /// As it is shown; what is not UTF-8 is repaired.
    var text: String { String(decoding: path, as: UTF8.self) }

    /// What an unfinished fetch left behind (tf-fetch(1)).
    var isPart: Bool { isPlainFile && name.suffix(5).elementsEqual(".part".utf8) }

    /// Throws EBUSY where another process is writing it.
    func removeUnlessLocked() throws(SystemError) {
        let name = String(decoding: name, as: UTF8.self)
        let file = try folder.open(name, .reading)
        guard try file.tryLock() else { throw SystemError("is being fetched and is left alone", code: EBUSY) }
        try folder.remove(name)
    }
}

// MARK: - What else is there

extension TFFiles {
    /// Names the strangers and prints them, or with `--set-aside` those that it moves away.
    func handleStrangers(
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
    func handleParts(_ diagnostics: Diagnostics, _ told: inout FirstMessages) throws(ToolFailure) -> ToolStatus {
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

    func remove(
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
