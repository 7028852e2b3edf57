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
    let calls: any RemoteCalls
    let folder: OutputFolder
    let clock: any Clock

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
        for path in paths where isStored(path) {
            guard let folder = try? folder.folder(of: path, making: false), (try? folder.remove(path.name)) != nil
            else { continue }
            removed += 1
        }
        return removed
    }

    private func isStored(_ path: RelativePath) -> Bool {
        guard case .done(let body) = calls.answer(to: .stat(settings.place, path: path.text, hashes: true), clock),
            let stored = StoredFile(body), let file = try? folder.open(path),
            let size = try? file.plainStatus(path.name).st_size, stored.size == Int64(size)
        else { return false }
        guard let md5 = stored.md5, let checksum = Checksum(.md5, hex: md5, source: "the store") else { return true }
        guard var hash = try? RunningHash([checksum]), (try? hash.readOn(file, to: Int64(size)) { true }) != nil else {
            return false
        }
        return hash.mismatch(with: [checksum]) == nil
    }
}

extension RemoteCalls {
    /// One call, waited for while no other runs.
    func answer(to call: RemoteCall, _ clock: any Clock) -> RemoteAnswer {
        start(call, number: 0)
        let deadline = clock.monotonic + RemoteCheck.longestAnswer
        while clock.monotonic < deadline {
            if let (_, answer) = nextEnded() { return answer }
            _ = wait([], seconds: 1)
        }
        return .gone("nothing came for \(Int(RemoteCheck.longestAnswer)) s")
    }
}
