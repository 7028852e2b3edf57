package import POSIX
internal import Records
internal import Store

/// How a run ended.
package enum FetchEnd: Equatable, Sendable {
    /// The end of the input was reached.
    case complete(failures: Int)
    /// Told to stop by this signal.
    case signal(Int32)
    /// No one reads the results any more.
    case readerLeft
    /// The input or the results' file is of no use any more.
    case broken(SystemError)
    /// The disk takes no more files; the error's words.
    case disk(String)
    /// Nothing is reachable, or every URL is refused; in these words.
    case hopeless(String)
}

/// How a run comes to its end: by its quota, by a signal, or for a reason that holds for all that is left.
extension FetchRun {
    /// Signals that come within this many seconds are one.
    private static let oneSignal = 0.5

    // MARK: - The end of the input

    func checkQuota() {
        guard !isInputEnded,
            let reason = settings.quota.exhausted(files: fetched, bytes: received, now: world.clock.now)
        else { return }
        endInput(reason)
    }

    /// What runs comes to its end.
    private func endInput(_ reason: String) {
        isInputEnded = true
        notify("\(reason): no more lines are taken")
    }

    // MARK: - Signals

    func receiveSignal() {
        // The clock notices that the process was stopped before the signal is taken.
        _ = now
        guard let signal = world.signals.next() else { return }
        switch signal {
        case Signals.finish: return isInputEnded ? () : endInput("told to finish (SIGUSR1)")
        case Signals.suspend: return feed.suspend()
        case Signals.goOn: return feed.goOn()
        default: break
        }
        if case .signal(let first) = stop {
            // The second one leaves at once. timeout(1) and terminals may send two where one was meant.
            guard now - stoppedAt > Self.oneSignal else { return }
            feed.leave()
            Signals.end(by: first)
        }
        end(.signal(signal))
    }

    // MARK: - Stopping

    /// No further file has a chance where the disk is to blame.
    func stopIfDisk(_ error: TryError) {
        if error.isOfDisk { end(.disk(error.message)) }
    }

    /// Starts nothing more, and parks what runs: parts stay where they can be continued, and the results say so. Only
    /// the first reason counts.
    func end(_ reason: FetchEnd) {
        guard stop == nil else { return }
        stop = reason
        stoppedAt = now
        for transfer in park() + waiting.removeAll() { fail(transfer, .interrupted) }
        for record in deferred.removeAll() { fail(record, .interrupted) }
        hashing.park()
        for loop in loops where loop !== current { loop.wake() }
    }

    /// Takes out what runs on the loop that decides now; the others do the same when they come to it.
    func park() -> [FileTransfer] {
        let parked = current.transfers.park()
        for transfer in parked { current.remove(transfer) }
        return parked
    }
}
