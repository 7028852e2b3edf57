internal import Foundation
internal import Glibc
internal import Journal
internal import NDJSON
package import POSIX
internal import Records
internal import Transfer

/// A folder for the catalogue and the journal of the job at hand: the queue reads files. One serves all worlds of a thread.
package final class JobFolder {
    private let catalog: String
    private let results: String
    private let answer: String
    private let evidenceFile: String
    private let folder: String

    package init() throws(SystemError) {
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        folder = "\(place)/tf-simulate-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        guard mkdir(folder, 0o700) == 0 else { throw SystemError("cannot make folder '\(folder)'") }
        (catalog, results, answer) = (folder + "/catalog", folder + "/journal", folder + "/due")
        evidenceFile = folder + "/evidence"
    }

    deinit {
        for file in [catalog, results, answer, evidenceFile] { unlink(file) }
        rmdir(folder)
    }

    private func write(_ bytes: [UInt8], _ path: String) throws(SystemError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw SystemError("cannot make '\(path)'") }
        defer { close(descriptor) }
        try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in
            try Descriptor.write(descriptor, UnsafeRawBufferPointer(bytes))
        }
    }

    /// What earlier runs of this world have learnt.
    func evidence(now: Double) -> Evidence { Evidence.read(evidenceFile, now: now) }

    func write(_ evidence: Evidence) throws(SystemError) { try evidence.write(to: ReplacedFile(evidenceFile)) }

    /// Begins a new world.
    func write(catalog plan: WorldPlan) throws(SystemError) {
        unlink(evidenceFile)
        var text = ""
        for record in plan.records {
            text += #"{"path":"\#(record.path)","url":"\#(plan.hosts[record.host].origin)/\#(record.path)""#
            if record.hasSize { text += #","size":\#(record.size + (record.kind == .wrongSize ? 7 : 0))"# }
            text += "}\n"
        }
        try write(Array(text.utf8), catalog)
    }

    /// `tf-queue --due --limit N --evidence FILE`, and `tf-queue --next`, from one fold.
    func due(
        _ journal: [UInt8], limit: Int, now: Double
    ) throws(SystemError) -> (lines: [UInt8], next: Double?) {
        let descriptor = open(answer, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw SystemError("cannot make '\(answer)'") }
        defer { close(descriptor) }
        let journal = try fold(journal)
        // Nothing but results of its records is in the journal of a world.
        var next: Double?
        journal.visitOutcomes { outcome in
            guard outcome.state(tries: FileState.usualTries) == .delayed else { return }
            next = min(next ?? .infinity, max(now, outcome.dueAt(now: now)))
        }
        var queue = Queue(
            QueueRequest(.due, limit: limit, now: now), HostShares(evidence: evidenceFile, limit: limit),
            catalog: try LineFile(catalog), journal: journal, output: LineOutput(descriptor), problem: { _, _ in })
        try queue.print()
        let length = Int(lseek(descriptor, 0, SEEK_END))
        let lines = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, length, 0))
        }
        return (lines, next)
    }

    /// Where the records stand, by path.
    func states(_ journal: [UInt8]) throws(SystemError) -> [String: FileState] {
        var journal = try fold(journal)
        try list(&journal)
        var states: [String: FileState] = [:]
        var number = 0
        journal.visitOutcomes { outcome in
            let path = journal.paths.withPath(number) { String(decoding: $0, as: UTF8.self) }
            if outcome.isListed { states[path] = outcome.state(tries: FileState.usualTries) }
            number += 1
        }
        return states
    }

    private func list(_ journal: inout FoldedJournal) throws(SystemError) {
        var lines = try LineFile(catalog)
        _ = try journal.list(&lines) { _, _ in }
    }

    private func fold(_ bytes: [UInt8]) throws(SystemError) -> FoldedJournal {
        try write(bytes, results)
        var journal = FoldedJournal()
        var lines = try LineFile(results)
        try journal.read(&lines, threads: 1)
        return journal
    }
}
