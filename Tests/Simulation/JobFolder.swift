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
    private let evidenceFile: String
    private let evidenceOutput: ReplacedFile
    /// A file without a name that the queue prints into.
    private let answer: Int32
    private let folder: String
    /// What of the journal is in its file.
    private var written: [UInt8] = []
    /// The fold of the journal, until a round is made of it.
    private var folded: FoldedJournal?
    /// What is in the evidence file.
    private var learnt: Evidence?

    package init() throws(SystemError) {
        let place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : NSTemporaryDirectory()
        folder = "\(place)/tf-simulate-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        guard mkdir(folder, 0o700) == 0 else { throw SystemError("cannot make folder '\(folder)'") }
        (catalog, results, evidenceFile) = (folder + "/catalog", folder + "/journal", folder + "/evidence")
        evidenceOutput = try ReplacedFile(evidenceFile)
        answer = open(folder + "/due", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard answer >= 0 else { throw SystemError("cannot make a file in '\(folder)'") }
        unlink(folder + "/due")
    }

    deinit {
        for file in [catalog, results, evidenceFile] { unlink(file) }
        close(answer)
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

    func write(_ evidence: Evidence) throws(SystemError) {
        guard evidence != learnt else { return }
        try evidence.write(to: evidenceOutput)
        learnt = evidence
    }

    /// Begins a new world.
    func write(catalog plan: WorldPlan) throws(SystemError) {
        for file in [evidenceFile, results] { unlink(file) }
        (written, learnt) = ([], nil)
        folded = nil
        var text = ""
        for record in plan.records {
            text += #"{"path":"\#(record.path)","url":"\#(plan.hosts[record.host].origin)/\#(record.path)""#
            if record.hasSize { text += #","size":\#(record.size + (record.kind == .wrongSize ? 7 : 0))"# }
            text += "}\n"
        }
        try write(Array(text.utf8), catalog)
    }

    /// What is due, or when something will be; nil where nothing is left to be tried.
    enum Due {
        case lines([UInt8])
        case later(Double)
    }

    /// `tf-queue --due --limit N --evidence FILE`, or `tf-queue --next`, from one fold: while the driver sleeps the
    /// journal stays as it is.
    func due(
        _ journal: [UInt8], of records: Int, limit: Int, now: Double
    ) throws(SystemError) -> Due? {
        let fold = try takeFold(of: journal)
        // Nothing but results of its records is in the journal of a world.
        var (known, isDue) = (0, false)
        var next: Double?
        fold.visitOutcomes { outcome in
            known += 1
            switch outcome.state(tries: FileState.usualTries) {
            case .queued: isDue = true
            case .delayed:
                let time = outcome.dueAt(now: now)
                isDue = isDue || time <= now
                next = min(next ?? .infinity, time)
            case .failed, .success, .skipped, .dropped: break
            }
        }
        if isDue || known < records { return .lines(try queue(fold, limit: limit, now: now)) }
        folded = consume fold
        return next.map { .later($0) }
    }

    private func queue(_ journal: consuming FoldedJournal, limit: Int, now: Double) throws(SystemError) -> [UInt8] {
        ftruncate(answer, 0)
        lseek(answer, 0, SEEK_SET)
        var queue = Queue(
            QueueRequest(.due, limit: limit, now: now), HostShares(evidence: evidenceFile, limit: limit),
            catalog: try LineFile(catalog), journal: journal, output: QueueOutput(LineOutput(answer)),
            problem: { _, _ in })
        try queue.print()
        let length = Int(lseek(answer, 0, SEEK_END))
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            count = max(0, pread(answer, buffer.baseAddress, length, 0))
        }
    }

    /// Where the records are, by path.
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

    private func takeFold(of bytes: [UInt8]) throws(SystemError) -> FoldedJournal {
        if bytes.count == written.count, let fold = folded.take() { return fold }
        return try fold(bytes)
    }

    private func fold(_ bytes: [UInt8]) throws(SystemError) -> FoldedJournal {
        folded = nil
        try write(journal: bytes)
        var journal = FoldedJournal()
        var lines = try LineFile(results)
        try journal.read(&lines, threads: 1)
        return journal
    }

    /// What is there already stays: only what was appended is written, unless something was cut off.
    private func write(journal bytes: [UInt8]) throws(SystemError) {
        let isLonger =
            bytes.count >= written.count
            && bytes.withUnsafeBytes { bytes in
                written.withUnsafeBytes { $0.isEmpty || memcmp($0.baseAddress!, bytes.baseAddress!, $0.count) == 0 }
            }
        let kept = isLonger ? written.count : 0
        guard bytes.count != kept || kept == 0 else { return }
        let descriptor = open(results, O_WRONLY | O_CREAT | (kept == 0 ? O_TRUNC : O_APPEND), 0o600)
        guard descriptor >= 0 else { throw SystemError("cannot make '\(results)'") }
        defer { close(descriptor) }
        try bytes.withUnsafeBufferPointer { bytes throws(SystemError) in
            try Descriptor.write(descriptor, UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[kept...])))
        }
        written = bytes
    }
}
