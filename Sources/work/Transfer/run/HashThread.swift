internal import POSIX
internal import Records
internal import Store
internal import Synchronization

/// Reads and hashes what is on the disk already, on a thread of its own: parts that an earlier run began, and finished
/// files that are to be checked. Neither a running transfer nor a signal waits for that.
final class HashThread {
    enum Subject: Sendable {
        case part(FileTransfer)
        case existing(ExistingFile, FetchRecord)
    }

    /// A subject that was hashed; without an error it is what it must be.
    struct Verdict: Sendable {
        let subject: Subject
        let error: TryError?
    }

    private let work: HashWork
    private let hasThread: Bool
    private var thread: WorkerThread?
    /// Subjects that were handed over and have not come back.
    private(set) var count = 0
    private(set) var parts: [FileTransfer] = []

    /// - Parameters:
    ///   - hasThread: without one a subject is hashed at once.
    ///   - wake: called from the thread whenever there is a verdict.
    init(hasThread: Bool, wake: @escaping @Sendable () -> Void) {
        self.hasThread = hasThread
        work = HashWork(wake: wake)
    }

    deinit {
        work.stop()
        thread?.join()
    }

    func check(_ subject: Subject) {
        count += 1
        if case .part(let transfer) = subject { parts.append(transfer) }
        guard hasThread else { return work.check(subject) }
        thread = thread ?? WorkerThread { [work] in work.run() }
        work.subjects.put(subject)
    }

    func removeVerdicts() -> [Verdict] {
        let verdicts = work.verdicts.takeIfAny()
        count -= verdicts.count
        for case .part(let transfer) in verdicts.map(\.subject) { parts.removeAll { $0 === transfer } }
        return verdicts
    }

    /// All subjects come back as interrupted.
    func park() { work.isParked.store(true, ordering: .relaxed) }
}

/// What the thread does.
private final class HashWork: Sendable {
    let subjects = Mailbox<HashThread.Subject?>()
    let verdicts = Mailbox<HashThread.Verdict>()
    let isParked = Atomic(false)
    private let wake: @Sendable () -> Void

    init(wake: @escaping @Sendable () -> Void) { self.wake = wake }

    func stop() {
        isParked.store(true, ordering: .relaxed)
        subjects.put(nil)
    }

    func run() {
        while true {
            for subject in subjects.take() {
                guard let subject else { return }
                check(subject)
            }
        }
    }

    func check(_ subject: HashThread.Subject) {
        verdicts.put(HashThread.Verdict(subject: subject, error: hash(subject)))
        wake()
    }

    /// What the bytes contradict.
    private func hash(_ subject: HashThread.Subject) -> TryError? {
        let mayGoOn = { !self.isParked.load(ordering: .relaxed) }
        return switch subject {
        case .part(let transfer): transfer.catchUpHash(while: mayGoOn)
        case .existing(let file, _): file.checkHashes(while: mayGoOn)
        }
    }
}
