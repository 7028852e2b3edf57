internal import Journal
internal import POSIX
internal import Records
internal import TestSupport
internal import Transfer

/// What must hold in each world.
package enum Property: String, CaseIterable, Sendable {
    case oneResult = "one result for each line taken"
    case ownBytes = "no file at its final name that is not the world's bytes"
    case isThere = "whatever the world would have served long enough is there when the job ends"
    case ownFault = "nothing failed for good but what is the record's own fault"
    case hopeless = "status 3 only in a world that was hopeless then, after few records"
    case isBusy = "no host that could serve stood idle while it had work"
    case bounded = "requests to a dead host stay under a bound"
    case truth = "the journal folds to the truth"
}

package struct Violation: Equatable, Sendable {
    package let property: Property
    package let words: String
}

extension SimulatedJob {
    // MARK: - After each round

    func check(_ results: RoundResults, of input: SimulatedInput) {
        if results.unreadable > 0 { violate(.oneResult, "\(results.unreadable) results cannot be read") }
        guard results.all.count == input.taken else {
            return violate(.oneResult, "\(input.taken) lines were taken, and \(results.all.count) results came")
        }
        var paths: Set<String> = []
        for result in results.all where !paths.insert(result.path).inserted {
            violate(.oneResult, "two results for '\(result.path)'")
        }
        for result in results.all where result.status == "failed" {
            note(result)
            let isOwn = result.owner == FaultOwner.record.rawValue || result.owner == FaultOwner.folder.rawValue
            if !isOwn && !result.isRetryable {
                violate(.ownFault, "'\(result.path)' is not retryable, and \(result.owner) is to blame")
            }
            tell("  \(result.path): \(result.error), \(result.owner), attempt \(result.attempt ?? 0)")
        }
    }

    func checkFiles(_ files: [String]) {
        for file in files where !file.hasSuffix(".part") {
            guard let record = origins.record(of: file), let bytes = disk[file] else {
                violate(.ownBytes, "'\(file)' is nobody's")
                continue
            }
            if !origins.isVideo(bytes, of: record) { violate(.ownBytes, "'\(file)' has other bytes than the world") }
        }
    }

    /// Status 3 is for a world in which nothing could go on.
    func checkEnd(_ end: FetchEnd, of input: SimulatedInput, _ results: RoundResults) {
        switch end {
        case .disk(let words):
            let isFull = (0...10).contains { !plan.diskTakes(at: time - Double($0)) }
            if !isFull { violate(.hopeless, "the disk takes files, and the run ended: \(words)") }
        case .hopeless(let words):
            let asked = plan.hosts.indices.filter { host in plan.records.contains { $0.host == host } }
            if let host = asked.first(where: { couldServe($0, results) }) {
                violate(.hopeless, "host \(host) serves, and the run ended: \(words)")
            }
            if let host = asked.first(where: { wasFineOfLate($0, results) }) {
                violate(.hopeless, "host \(host) served less than --patience ago, and the run ended: \(words)")
            }
        case .broken(let error): violate(.hopeless, "\(error)")
        case .complete, .signal, .readerLeft: break
        }
    }

    /// Whether a host serves now, has something left that it would serve, and the run could know it.
    private func couldServe(_ host: Int, _ results: RoundResults) -> Bool {
        plan.serves(host, from: time - 65, until: time) && isLeft(host) && !hidesBehindOthers(host, results)
    }

    /// Whether something is left that the host would serve.
    private func isLeft(_ host: Int) -> Bool {
        let states = (try? folder.states(journal)) ?? [:]
        return plan.records.contains { record in
            record.host == host && !record.kind.isOwnFault && !wasRefused(record)
                && disk[record.path] == nil && states[record.path] != .failed
        }
    }

    /// Whether nothing has gone wrong at a host for so long that the run may give up. Refused keys need no patience.
    private func wasFineOfLate(_ host: Int, _ results: RoundResults) -> Bool {
        let since = time - plan.patience + 60
        return isLeft(host) && !hidesBehindOthers(host, results)
            && !plan.troubles.contains { trouble in
                trouble.kind.concerns(host: host) && (trouble.from <= since || trouble.kind.isOfCredentials)
                    || trouble.kind.jumpsAhead
            }
    }

    /// Whether so many objects of a host are bad, or so many of those asked for, that nobody can tell that from a host
    /// that is down, or a portal.
    private func hidesBehindOthers(_ host: Int, _ results: RoundResults) -> Bool {
        let asked = results.all.compactMap { result in
            origins.record(of: result.path).map { (record: plan.records[$0], result: result) }
        }
        let own = asked.filter { $0.record.host == host }
        return hasManyBadObjects(host) || asked.allSatisfy { $0.record.kind.mayBeTheHosts }
            || own.contains { $0.result.isTried } && own.allSatisfy { looksLikeTheHosts($0.record, $0.result) }
    }

    /// Whether what a record met, if it was asked for at all, may be its host's fault, or a portal's page.
    private func looksLikeTheHosts(_ record: WorldPlan.Record, _ result: RoundResults.Result) -> Bool {
        let isPage = record.kind.isOwnFault && plan.hosts[record.host].style == .nginx
        return record.kind.mayBeTheHosts || isPage || !result.isTried
    }

    private func hasManyBadObjects(_ host: Int) -> Bool {
        plan.records.count { $0.host == host && $0.kind.mayBeTheHosts } >= 3
    }

    // MARK: - At the end of the job

    func checkEnd() throws(SystemError) {
        checkFiles(disk.files)
        checkDeadHosts()
        let states = try folder.states(journal)
        for (number, record) in plan.records.enumerated() {
            let state = states[record.path] ?? .queued
            let bytes = disk[record.path]
            let isThere = bytes.map { origins.isVideo($0, of: number) } ?? false
            if state.isThere != isThere {
                violate(.truth, "'\(record.path)' is \(state.rawValue), and its file is\(isThere ? "" : " not") there")
            }
            if record.kind.isOwnFault {
                let isGivenUp = end?.isGivenUp ?? false
                if state != .failed && !isGivenUp {
                    violate(.truth, "'\(record.path)' (\(record.kind)) is \(state.rawValue)")
                }
                continue
            }
            guard !isThere, !wasRefused(record) else { continue }
            if state == .failed && wasAlone[record.path] ?? false { continue }
            // A small round may have bad objects only, time and again.
            if end?.isGivenUp ?? false, plan.limit < 1000, hasManyBadObjects(record.host) { continue }
            violate(
                state == .failed ? .ownFault : .isThere, "'\(record.path)' (\(record.kind)) is \(state.rawValue)")
        }
    }

    /// Whether its folder refused it at some time: that is told, and to be mended by hand.
    private func wasRefused(_ record: WorldPlan.Record) -> Bool {
        plan.troubles.contains {
            if case .folder(let number) = $0.kind { return record.path.hasPrefix("f\(number)/") }
            return false
        }
    }

    private func checkDeadHosts() {
        for trouble in plan.troubles {
            let until = min(trouble.until, time)
            guard until > trouble.from else { continue }
            let requests: Int
            switch trouble.kind {
            case .host(let host, let mood) where mood.isDown:
                requests = watch.requests(to: host, from: trouble.from, until: until)
            case .way, .credentials: requests = watch.requests(from: trouble.from, until: until)
            default: continue
            }
            let bound = bound(until - trouble.from)
            if requests > bound {
                violate(
                    .bounded,
                    "\(requests) requests in \(Int(until - trouble.from)) s, and \(bound) are enough: \(trouble.kind)")
            }
        }
    }

    /// Requests that may find out that nobody serves, and that he serves again. By a clock that jumps, ahead or back, all
    /// waits are over, and nobody knows how long anything has lasted.
    private func bound(_ seconds: Double) -> Int {
        let jumps = plan.troubles.count { $0.kind.isOfClock }
        return 30 + plan.parallel + 20 * plan.crashes.count + Int(seconds / 20)
            + plan.records.count * (max(3, 2 + plan.quickRetries) + 2 * jumps + Int(seconds / 1200))
    }
}

extension WorldPlan.TroubleKind {
    var isOfCredentials: Bool {
        if case .credentials = self { return true }
        return false
    }

    var isOfClock: Bool {
        if case .clock = self { return true }
        return false
    }

    /// Whether all that happened seems to be longer ago, where it comes between two runs.
    var jumpsAhead: Bool {
        if case .clock(let seconds) = self { return seconds > 0 }
        return false
    }

    /// Whether requests to a host meet it.
    func concerns(host: Int) -> Bool {
        switch self {
        case .host(let number, _): number == host
        case .way, .credentials: true
        case .disk, .folder, .descriptors, .clock: false
        }
    }
}
