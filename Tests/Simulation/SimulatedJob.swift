internal import Curl
internal import Glibc
internal import Journal
internal import NDJSON
internal import POSIX
internal import Records
internal import Store
internal import TestSupport
internal import Transfer

/// A job in a world: the rounds of `tf-bulk run`, and whoever starts it again, until nothing is left to be helped. The
/// queue and the journal are the Journal room's, the runs are the Transfer room's; the driver's part is retold here.
final class SimulatedJob {
    let plan: WorldPlan
    let clock = TestClock()
    let folder: JobFolder
    private(set) var origins: SimulatedOrigins
    private(set) var disk: MemoryDisk
    private(set) var journal: [UInt8] = []
    let watch: HostWatch
    /// What was found wrong so far.
    private(set) var violations: [Violation] = []
    /// For people: what happened, if it is wanted.
    private(set) var story: [String] = []
    private let isTold: Bool
    /// The paths of the records that failed in a trouble, by its number.
    private var failed: [Int: Set<String>] = [:]
    /// Whether so few records had met the trouble that a record met last that nobody could know whose fault it was.
    private(set) var wasAlone: [String: Bool] = [:]
    private var roundBegan = 0.0
    /// By the clock of the day.
    private var began = 0.0

    private let gate = DiskGate()
    private var dice: Dice
    private var crashes: [WorldPlan.Crash]
    private var jumps: [(time: Double, seconds: Double)] = []
    private var rounds = 0
    private var lastRound: [UInt8] = []
    private var pause = 0.0
    /// How the last round ended; nil where the process was killed.
    private(set) var end: FetchEnd?

    /// Nobody starts a job more often.
    private static let mostJobs = 30
    private static let mostRounds = 2000

    init(_ plan: WorldPlan, in folder: JobFolder, isTold: Bool = false) {
        self.plan = plan
        self.folder = folder
        self.isTold = isTold
        origins = SimulatedOrigins(plan)
        dice = Dice(seed: plan.seed &+ 2)
        crashes = plan.crashes
        watch = HostWatch(plan)
        let gate = gate
        disk = MemoryDisk { gate.refusal(of: $0, at: $1) }
        for trouble in plan.troubles {
            if case .clock(let seconds) = trouble.kind { jumps.append((trouble.from, seconds)) }
        }
        jumps.sort { $0.time < $1.time }
        gate.plan = plan
        gate.timeOf = { [clock] in clock.monotonic - Self.start }
    }

    /// On the monotonic clock.
    private static let start = 1000.0

    /// Seconds from the world's start.
    var time: Double { clock.monotonic - Self.start }

    func tell(_ words: @autoclosure () -> String) {
        if isTold { story.append("\((time * 10).rounded() / 10) s: \(words())") }
    }

    func violate(_ property: Property, _ words: String) {
        tell("VIOLATION \(property): \(words)")
        violations.append(Violation(property: property, words: words))
    }

    // MARK: - The driver

    func run() throws(SystemError) {
        try folder.write(catalog: plan)
        for _ in 0..<Self.mostJobs {
            try runJob()
            guard violations.isEmpty else { return }
            guard let end, end.isGivenUp, try isWorthAnotherStart() else { break }
            // Somebody looks at it, and starts it again: once what is wrong may have passed.
            tell("the job ended with status 3: \(end)")
            pass(600 + 1800 * dice.fraction())
        }
        try checkEnd()
    }

    /// Whether something is left that may come, as whoever sees the failures could tell.
    private func isWorthAnotherStart() throws(SystemError) -> Bool {
        let states = try folder.states(journal)
        return plan.records.contains { record in
            let state = states[record.path] ?? .queued
            return !state.isThere && state != .failed && !record.kind.isOwnFault
        }
    }

    private func runJob() throws(SystemError) {
        (lastRound, pause, end, began) = ([], 0, nil, clock.now)
        while violations.isEmpty {
            tick()
            rounds += 1
            guard rounds < Self.mostRounds, time < plan.end + 20 * 86400 else {
                return violate(.isThere, "the job does not end after \(rounds) rounds")
            }
            switch try folder.due(journal, of: plan.records.count, limit: plan.limit, now: clock.now) {
            case .lines(let round):
                guard !round.isEmpty else { return violate(.isThere, "the queue has nothing of what is due") }
                runRound(round)
                if let end, end.isGivenUp { return }
                rest(round)
            case .later(let time): sleep(time.rounded(.down) + 1 - clock.now)
            case nil: return
            }
        }
    }

    private func rest(_ round: [UInt8]) {
        if end == nil || round != lastRound {
            pause = 0
        } else {
            pause = pause < 1 ? 1 : pause < 30 ? pause * 2 : 60
            sleep(pause)
        }
        lastRound = round
    }

    /// In short naps, as the driver's.
    private func sleep(_ seconds: Double) {
        let due = clock.now + max(1, seconds)
        var left = max(1, seconds)
        while left > 0, clock.now < due {
            let nap = min(5, left)
            pass(nap)
            left -= nap
        }
    }

    private func pass(_ seconds: Double) {
        clock.advance(by: seconds)
        tick()
    }

    /// What happens by time alone.
    private func tick() {
        while let jump = jumps.first, jump.time <= time {
            jumps.removeFirst()
            tell("the clock jumps by \(jump.seconds) s")
            clock.offset += jump.seconds
        }
    }

    // MARK: - A round

    private func runRound(_ round: [UInt8]) {
        let lines = round.split(separator: UInt8(ascii: "\n")).map(Array.init)
        let number = rounds
        tell("round \(number): \(lines.count) lines")
        let before = journal.count
        roundBegan = time
        gate.begin(crashAfter: crashes.first?.steps)
        watch.beginRound(at: time)
        let input = SimulatedInput(lines, clock, plan, watch)
        let signals = SimulatedSignals()
        let sink = SimulatedSink(journal, gate)
        let network = makeNetwork(input, signals)
        var kept: Evidence?
        let world = FetchWorld(
            clock: clock, random: { [unowned self] in dice.fraction() }, output: OutputFolder(disk.start()),
            input: input, results: sink, signals: signals, makeTransport: { network }, hasThreads: false,
            bootID: disk.bootID)
        let run = FetchRun(
            settings, world, evidence: folder.evidence(now: clock.now),
            keepEvidence: { [gate] in if !gate.isDead { kept = $0 } }, observer: nil,
            notify: { [unowned self] in tell($0) })
        let end = run.run()
        journal = sink.bytes
        do throws(SystemError) {
            if let learnt = gate.isDead ? kept : run.evidence { try folder.write(learnt) }
        } catch { violate(.truth, "\(error)") }
        if gate.isDead { return crash(lines, before) }
        self.end = end
        tell("round \(number) ended: \(end)")
        let results = RoundResults(journal[before...])
        check(results, of: input)
        checkEnd(end, of: input, results)
        checkFiles(results.all.filter { $0.status != "failed" }.map(\.path))
    }

    private func makeNetwork(_ input: SimulatedInput, _ signals: SimulatedSignals) -> ScriptedNetwork {
        let network = ScriptedNetwork(clock) { [unowned self] request in
            guard !gate.isDead, gate.step() else { return [.hang] }
            watch.asked(origins.host(of: request.origin), at: time)
            tell("asks for \(request.url) from \(request.offset)")
            return origins.answer(request, at: time)
        }
        var waits = 0
        network.onTime = { [unowned self] _ in
            tick()
            waits += 1
            if gate.isDead { signals.pending = SIGTERM }
            guard !gate.isDead else { return }
            if waits > 200_000 {
                violate(.isThere, "the round of \(input.lines.count) lines does not end")
                gate.isDead = true
            }
            if let words = watch.idle(at: time, input.isLeft) { violate(.isBusy, words) }
        }
        network.sources = [
            (input.descriptor, { 0 }), (signals.descriptor, { signals.pending == nil ? nil : 0 }),
        ]
        return network
    }

    private var settings: FetchSettings {
        var settings = FetchSettings(
            parallel: plan.parallel,
            transfer: TransferSettings(
                userAgent: "test", connectTimeout: 30, wholeTimeout: 600, stallTimeout: 30, stallSpeed: 1024),
            retry: RetryPolicy(quickRetries: plan.quickRetries, quickDelay: 1, backoff: [30, 60, 120, 300, 600]),
            verification: Verification(), minValidity: 60, sync: .full, patience: plan.patience, minFree: 0, loops: 1)
        settings.hasNextRun = true
        settings.began = began
        return settings
    }

    /// Notes which troubles a record may have met that failed in the round that has just ended, and whether few others had.
    func note(_ result: RoundResults.Result) {
        guard result.isTried, let record = origins.record(of: result.path).map({ plan.records[$0] }) else { return }
        let isWitness = !record.kind.isOwnFault || record.kind.mayBeTheHosts
        wasAlone[result.path] = false
        for (number, trouble) in plan.troubles.enumerated()
        where trouble.from <= time && trouble.until > roundBegan && trouble.kind.concerns(host: record.host) {
            // A host that answers for itself is not known to be in trouble.
            if result.owner == FaultOwner.record.rawValue, !isWitness, case .host = trouble.kind { failed[number] = [] }
            guard isWitness, !(trouble.kind.isOfCredentials && result.isOfHost) else { continue }
            // What did not get through to the host, was refused for its key, or was cut by another mood, met nothing of
            // the host's trouble.
            if case .host(_, let mood) = trouble.kind {
                let isOfOthers = result.owner == FaultOwner.way.rawValue || result.error == "forbidden"
                guard !isOfOthers, mood == .cut || result.error != "truncated" else { continue }
            }
            failed[number, default: []].insert(result.path)
            if areFew(failed[number] ?? [], trouble.kind, plan.hosts[record.host].style) {
                wasAlone[result.path] = true
            }
        }
    }

    /// Whether so few records failed alike that each of them could have been to blame.
    private func areFew(_ paths: Set<String>, _ kind: WorldPlan.TroubleKind, _ style: WorldPlan.Host.Style) -> Bool {
        guard case .credentials(let refusal) = kind else { return paths.count < 3 }
        // An answer that names the key leaves no doubt.
        if refusal.namesKey(style) { return false }
        return paths.count < 20 || Set(paths.map { $0.prefix { $0 != "/" } }).count < 3
    }

    /// The process is gone, or the whole machine.
    private func crash(_ lines: [[UInt8]], _ before: Int) {
        end = nil
        guard !crashes.isEmpty else { return }
        let crash = crashes.removeFirst()
        // The line that was being written may be there in part.
        if dice.chance(0.3), journal.count > before {
            journal.removeLast(1 + dice.below(min(40, journal.count - before)))
        }
        guard crash.isPowerCut else {
            tell("killed")
            disk.kill()
            pass(1)
            return checkFiles(disk.files)
        }
        tell("power cut")
        // What was appended last need not be on the disk.
        let lost = dice.below(journal.count - before + 1)
        journal.removeLast(lost)
        if dice.chance(0.3) { journal += [UInt8](repeating: 0, count: lost) }
        var keeps = dice
        disk.cutPower(keepingNames: crash.keepsNames, keeping: { _ in keeps.chance(0.5) })
        dice = keeps
        pass(60)
        checkFiles(disk.files)
    }
}

extension FetchEnd {
    /// What `tf-fetch` ends with status 3 for.
    var isGivenUp: Bool {
        switch self {
        case .disk, .hopeless, .broken: true
        case .complete, .signal, .readerLeft: false
        }
    }
}
