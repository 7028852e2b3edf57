internal import Curl
internal import POSIX
internal import Records
internal import Store

/// What each of the run's loops does, turn by turn.
extension FetchRun {
    /// Lines that are taken before the transfers get their turn again.
    private static let linesAtOnce = 256
    /// Seconds.
    private static let longestWait = 1.0

    /// Works until the run has ended. Each loop does it on its own thread.
    func work(in loop: FetchLoop) {
        lock.enter()
        current = loop
        while !isDone {
            loop.isIdle = false
            receiveReports()
            concludeHashes()
            if isFirst {
                followLimits()
                followGoodput()
            }
            startWaiting()
            startDeferred()
            checkQuota()
            readLines()
            splitLarge()
            let hasEnded = concludeTries()
            if isFirst {
                showProgress()
                handOnEvidence()
            }
            // The places of those that have ended are taken before anything is waited for.
            if !hasEnded && !isDone { wait() }
        }
        lock.leave()
        for other in loops where other !== loop { other.wake() }
    }

    // MARK: - Lines

    /// Whether the run has room for one more line.
    private var hasRoom: Bool { results.hasRoom && hasRoomBesides }

    /// The same, whatever is to be written.
    private var hasRoomBesides: Bool {
        !isInputEnded && stop == nil && deferred.hasRoom && unended < 2 * max(settings.parallel, admission.parallel)
            && settings.quota.hasRoom(files: fetched + unended)
            && admission.mayTake(running: connections, held: waiting.unbegun, at: now)
    }

    private func readLines() {
        var lines = 0
        while lines < Self.linesAtOnce && hasRoom {
            // Few large files are for all loops. One that waits for the next line sees it itself.
            if let idle = idleLoop { return idle.watchesInput && isInputDry ? () : idle.wake() }
            guard current.hasPlace else { return }
            lines += 1
            do throws(SystemError) {
                let item = try looking(nextItem)
                isInputDry = false
                switch item {
                case .ready(let record): begin(record)
                case .decided(let result): results.submit(result)
                case .nothingYet:
                    isInputDry = true
                    return
                case .ended: isInputEnded = true
                }
            } catch { end(.broken(error)) }
        }
    }

    private func nextItem() throws(SystemError) -> SourceItem {
        input.enter()
        defer { input.leave() }
        return try world.input.next()
    }

    /// A loop that waits with nothing to do, while this one has something.
    private var idleLoop: FetchLoop? { current.running.isEmpty ? nil : loops.first(where: \.isIdle) }

    // MARK: - Waiting

    /// Waits for the transfers, a line where there is a place for one, a result that is waited for, until something
    /// falls due, or for another loop; the first loop also for a signal.
    private func wait() {
        let (loop, now) = (current, now)
        let due = [waiting.nextDue(after: now), admission.nextChange(after: now), isFirst ? nextLook : nil]
            .compactMap { $0 }.min()
        let timeout = [feedDelay(at: now), due.map { $0 - now }].compactMap { $0 }.reduce(Self.longestWait, min)
        var watched: [MultiHandle.Watched] = []
        if isFirst { watched.append(MultiHandle.Watched(world.signals.descriptor)) }
        // Asked once: the writer may get on at any moment.
        let mayWrite = results.hasRoom
        loop.watchesInput = mayWrite && hasRoomBesides && loop.hasPlace && idleLoop == nil
        if loop.watchesInput { watched.append(MultiHandle.Watched(world.input.descriptor)) }
        guard results.flush() else { return }
        countPlaces(at: now)
        loop.waitsForResults = !mayWrite || needsResults
        if loop.waitsForResults { results.hurry() }
        guard !loop.waitsForResults || !results.hasReports else { return }
        loop.isIdle = loop.running.isEmpty
        unlocked { loop.transfers.wait(&watched, milliseconds: Int32((timeout * 1000).rounded(.up))) }
        if isFirst && watched[0].isReady { receiveSignal() }
    }

    /// Whether nothing goes on before results have been written.
    private var needsResults: Bool { !results.hasRoom || stop != nil || (isInputEnded && running == 0) }

    // MARK: - What only one of them does

    var isFirst: Bool { current === loops[0] }

    /// When limits or figures are looked at next.
    private var nextLook: Double? {
        [limits.nextLook, stop == nil ? autoJobs?.nextLook : nil].compactMap { $0 }.min()
    }

    private func feedDelay(at now: Double) -> Double? { isFirst ? feed.delay(at: now) : nil }

    private func showProgress() {
        guard feed.isDue(at: now) else { return }
        let progress = progress
        // A terminal may be slow.
        unlocked { feed.update(at: now) { progress } }
    }
}
