internal import NDJSON
internal import POSIX
internal import Records
internal import Store
internal import Synchronization

/// Brings finished files to their names, and writes the result lines: a thread of its own, so that a slow disk or a full
/// pipe never holds up a running transfer. A `success` is written only after the file and its name are on the disk.
package final class Finisher: Sendable {
    /// Whether finished files are written to the disk before their results are.
    package enum Sync: String, CaseIterable, Sendable {
        case full, none
    }

    /// What is to be finished: a result, and the file that has to be at its place first.
    struct Item: Sendable {
        var result: PendingResult
        /// The path that is busy until this is finished.
        var path: String?
        var file: FinishedFile?
        /// Bytes of the file that are held in memory until they are written.
        var held = 0
    }

    /// What the loop hears back.
    enum Report: Sendable {
        case written([Item])
        /// Standard output takes nothing any more; the thread has ended.
        case outputFailed(SystemError)
    }

    private let items = Mailbox<Item?>()
    private let reports = Mailbox<Report>()
    private let output: Int32
    private let sync: Sync
    private let clock: any Clock
    private let wake: @Sendable () -> Void
    private let isWakeWanted = Atomic(false)

    /// `wake` is called from the finisher's thread when there is a report that somebody waits for.
    init(output: Int32, sync: Sync, clock: any Clock, wake: @escaping @Sendable () -> Void) {
        self.output = output
        self.sync = sync
        self.clock = clock
        self.wake = wake
    }

    /// Whether somebody waits for the next report. The one who does looks at the reports after saying so.
    func wantWake(_ wanted: Bool) { isWakeWanted.store(wanted, ordering: .sequentiallyConsistent) }

    func submit(_ batch: [Item]) { items.put(batch) }

    /// No more items will come.
    func close() { items.put(nil) }

    var hasReports: Bool { reports.count > 0 }

    func takeReports() -> [Report] { reports.takeIfAny() }

    /// The thread's work: whatever has gathered meanwhile is finished in one go, which makes one sync serve many files.
    /// The sync for the bytes of some serves the names of those before them, too.
    func run() {
        var output = LineOutput(output)
        if Descriptor.endsTorn(self.output) { output.buffer.append("\n") }
        var named: [Item] = []
        var isClosed = false
        while !isClosed || !named.isEmpty {
            let taken = named.isEmpty ? items.take() : items.takeIfAny()
            isClosed = isClosed || taken.contains { $0 == nil }
            var batch = taken.compactMap { $0 }
            save(&batch)
            let failures = syncFileSystems(of: named + batch)
            fail(&named, failures)
            fail(&batch, failures)
            publish(&batch)
            var finished = named
            named = []
            for item in batch {
                if item.file == nil || sync == .none { finished.append(item) } else { named.append(item) }
            }
            guard finish(finished, &output) else { return }
        }
    }

    /// Writes the result lines. False: standard output takes nothing any more.
    private func finish(_ items: [Item], _ output: inout LineOutput) -> Bool {
        guard !items.isEmpty else { return true }
        for item in items { item.result.write(into: &output.buffer, now: clock.now) }
        do throws(SystemError) { try output.flush() } catch {
            reports.put(.outputFailed(error))
            wake()
            return false
        }
        File.close(items.compactMap { $0.file?.part.file ?? nil })
        reports.put(.written(items.map { Item(result: $0.result, path: $0.path, held: $0.held) }))
        if isWakeWanted.load(ordering: .sequentiallyConsistent) { wake() }
        return true
    }

    // MARK: - Data, then names, then results: after a crash a name never stands for bytes that are not there

    private func save(_ items: inout [Item]) {
        for index in items.indices {
            do throws(TryError) { try items[index].file?.part.save() } catch { fail(&items[index], error) }
        }
    }

    private func publish(_ items: inout [Item]) {
        for index in items.indices {
            guard let file = items[index].file else { continue }
            do throws(TryError) { try file.part.publish(modified: file.modified) } catch { fail(&items[index], error) }
        }
    }

    /// Which of the file systems that the files lie on could not be synced, and why.
    private func syncFileSystems(of items: [Item]) -> [UInt: TryError] {
        guard sync == .full else { return [:] }
        var synced: Set<UInt> = []
        var failures: [UInt: TryError] = [:]
        for part in items.compactMap({ $0.file?.part }) where synced.insert(part.device).inserted {
            do throws(TryError) { try part.syncFileSystem() } catch { failures[part.device] = error }
        }
        return failures
    }

    private func fail(_ items: inout [Item], _ failures: [UInt: TryError]) {
        guard !failures.isEmpty else { return }
        for index in items.indices {
            guard let error = items[index].file.flatMap({ failures[$0.part.device] }) else { continue }
            fail(&items[index], error)
        }
    }

    private func fail(_ item: inout Item, _ trouble: TryError) {
        guard let file = item.file else { return }
        item.result.outcome = file.onFailure(trouble)
        file.part.leave(startsOver: trouble.startsOver)
        item.file = nil
    }
}

/// A part that is whole.
struct FinishedFile: @unchecked Sendable {
    // The part has left its transfer: from here on the finisher's thread alone touches it.
    let part: PartFile
    /// Unix seconds.
    let modified: Int64?
    /// What the record becomes if the file cannot be brought to its name.
    let onFailure: @Sendable (TryError) -> Outcome
}
