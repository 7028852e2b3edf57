internal import Glibc
internal import POSIX
internal import Records
internal import Synchronization

/// What the parts of a run have in common: whether they are alone, and what has been reported of their file system.
final class SharedState: Sendable {
    /// What a file system may lack without harm to a file.
    enum Nicety: Hashable, Sendable {
        case time, attributes, locks, sync

        /// What follows from its lack.
        var words: String {
            switch self {
            case .time: "files keep the time of their download"
            case .attributes: "a file that is cut off starts over"
            case .locks: "two processes can write the same file at the same time: do not start two"
            case .sync: "after a power cut the last files may be broken"
            }
        }
    }

    private struct Told {
        var niceties: Set<Nicety> = []
        var folders: Set<ExactText> = []
        var hasDoubt = false
        var waiting: [String] = []
    }

    private let root: any StorageFolder
    private let others = Atomic(false)
    private let hasNotices = Atomic(false)
    private let told = Mutex(Told())

    init(_ root: any StorageFolder) { self.root = root }

    /// Whether another process was seen to write below the output folder: then what this run knows of its folders is
    /// not all.
    var haveOthersWritten: Bool { others.load(ordering: .relaxed) }

    func noteOthers() { others.store(true, ordering: .relaxed) }

    /// A failed system call on a file or its folder. A folder that refuses is reported once.
    func error(_ error: SystemError, at place: DiskFault.Place, _ path: RelativePath) -> TryError {
        let trouble = TryError(
            disk: error, at: place, isRootWritable: error.code == EROFS && !root.isReadOnly,
            lacksInodes: error.code == ENOSPC && root.freeSpace.lacksInodes)
        if trouble.owner == .folder {
            let folder = path.folder.isEmpty ? "." : path.folder
            tell("folder '\(folder)': \(error.reason): its files fail, and the others go on") {
                $0.folders.insert(ExactText(folder)).inserted
            }
        }
        return trouble
    }

    /// The file system could not do something that a file can do without; reported once.
    func lacks(_ nicety: Nicety, _ error: SystemError) {
        tell("\(error): \(nicety.words)") { $0.niceties.insert(nicety).inserted }
    }

    /// Only the first file that is taken as whole with a flaw is reported.
    func noteDoubt(_ flaw: ContentFlaw, _ path: RelativePath) {
        guard case .structure(let flaw) = flaw else { return }
        tell("'\(path)': \(flaw): that is taken as padding here and in other files") { told in
            defer { told.hasDoubt = true }
            return !told.hasDoubt
        }
    }

    private func tell(_ words: String, isNew: (inout Told) -> Bool) {
        told.withLock { told in
            guard isNew(&told) else { return }
            told.waiting.append(words)
            hasNotices.store(true, ordering: .relaxed)
        }
    }

    func takeNotices() -> [String] {
        guard hasNotices.exchange(false, ordering: .relaxed) else { return [] }
        return told.withLock { told in
            defer { told.waiting = [] }
            return told.waiting
        }
    }
}
