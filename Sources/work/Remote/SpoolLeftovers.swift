internal import Glibc
internal import Inventory
internal import POSIX
internal import Records
internal import Store

/// Files in the spool of which no line told: a run that was killed had stored them and written their lines, and did not
/// come to remove them. Those that the store does not have are left for tf-fetch, which finds them when it comes to
/// their records.
struct SpoolLeftovers {
    let settings: StoreSettings
    let calls: CallsInTurn
    let folder: OutputFolder

    /// More than that are not what a killed run leaves.
    private static let most = 10_000

    /// Removes those that the store has. Returns how many.
    ///
    /// - Parameter known: paths whose files are to stay.
    func remove(below root: Folder, keeping known: Set<ExactText>) -> Int {
        var paths: [RelativePath] = []
        // What cannot be read is not removed.
        FolderWalk(root, leavingOut: RecordPath.stateFolder) { _, _ in }.visit { entry in
            guard entry.isPlainFile, paths.count < Self.most, let text = String(validating: entry.path, as: UTF8.self),
                let path = try? RelativePath(text), !known.contains(path.exact)
            else { return }
            paths.append(path)
        }
        var removed = 0
        for path in paths {
            guard let isStored = isStored(path) else { break }
            guard isStored, let folder = try? folder.folder(of: path, making: false),
                (try? folder.remove(path.name)) != nil
            else { continue }
            removed += 1
        }
        return removed
    }

    /// Nil where the store is no longer asked.
    private func isStored(_ path: RelativePath) -> Bool? {
        let answer = calls.answer(to: .stat(settings.place, path: path.text, hashes: true))
        if case .gone = answer { return nil }
        guard case .done(let body) = answer, let stored = StoredFile(body), let file = try? folder.open(path),
            let size = try? file.plainStatus(path.name).st_size, stored.size == Int64(size)
        else { return false }
        guard let md5 = stored.md5, let checksum = Checksum(.md5, hex: md5, source: "the store") else { return true }
        guard var hash = try? RunningHash([checksum]), (try? hash.readOn(file, to: Int64(size)) { true }) != nil else {
            return false
        }
        return hash.mismatch(with: [checksum]) == nil
    }
}

/// Calls of which each is waited for before the next one is made.
final class CallsInTurn {
    private let calls: any RemoteCalls
    private let clock: any Clock
    private let signals: StopSignals?
    /// Of the last call. Each has its own: the answer of one that was given up may still come.
    private var number: Int

    /// Seconds.
    private static let longestAnswer = 120.0

    /// - Parameters:
    ///   - signals: nothing is waited for any more when one has come.
    ///   - number: of the last call that was made otherwise.
    init(_ calls: any RemoteCalls, clock: any Clock, signals: StopSignals?, after number: Int) {
        (self.calls, self.clock, self.signals, self.number) = (calls, clock, signals, number)
    }

    func answer(to call: RemoteCall) -> RemoteAnswer {
        number += 1
        calls.start(call, number: number)
        let watched = signals.map { [$0.descriptor] } ?? []
        let deadline = clock.monotonic + Self.longestAnswer
        while clock.monotonic < deadline {
            while let (ended, answer) = calls.nextEnded() { if ended == number { return answer } }
            if !calls.wait(watched, seconds: 1).isEmpty { return .gone("told to stop") }
        }
        return .gone("nothing came for \(Int(Self.longestAnswer)) s")
    }
}
