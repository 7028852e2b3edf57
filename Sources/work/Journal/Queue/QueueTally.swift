internal import Records

/// What is added up for a summary in one walk over all files.
struct QueueTally {
    private let tries: Int
    private let now: Double

    private(set) var overall = QueueSummary.StateCounts()
    private(set) var byCourse: [QueueSummary.StateCounts]
    private(set) var byError: [ErrorCodes.Number: QueueSummary.StateCounts] = [:]
    private(set) var due = 0
    /// Unix seconds; nil if nothing is left.
    private(set) var nextDue: Double?
    /// Numbers of paths.
    var oldest: Int? { oldestDue?.number }
    var next: Int? { nextDelayed?.number }

    private var oldestDue: (time: Double, number: Int)?
    private var nextDelayed: (time: Double, number: Int)?

    init(courses: Int, tries: Int, now: Double) {
        self.tries = tries
        self.now = now
        byCourse = Array(repeating: QueueSummary.StateCounts(), count: courses)
    }

    /// - Parameter number: of the path.
    mutating func add(_ outcome: Outcome, _ number: Int) {
        let state = outcome.state(tries: tries)
        overall.add(state)
        byCourse[outcome.course.index].add(state)
        if outcome.status == .failed { byError[outcome.error, default: .init()].add(state) }
        guard state.isLeft else { return }
        let time = outcome.dueAt(now: now)
        if time <= now { due += 1 }
        nextDue = min(nextDue ?? .infinity, max(now, time))
        if state == .delayed { note((time, number)) }
    }

    private mutating func note(_ delayed: (time: Double, number: Int)) {
        if delayed.time <= now {
            if delayed.time < oldestDue?.time ?? .infinity { oldestDue = delayed }
        } else if delayed.time < nextDelayed?.time ?? .infinity {
            nextDelayed = delayed
        }
    }
}
