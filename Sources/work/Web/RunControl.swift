internal import Journal
internal import NDJSON
internal import POSIX
internal import Records
internal import Rendering
internal import Terminal

/// Starts and stops runs, by `tf-bulk`. A request chooses among its commands, and adds nothing to them.
struct RunControl {
    private let folder: ServiceFolder
    private let now: Double

    init(_ folder: ServiceFolder, now: Double) {
        self.folder = folder
        self.now = now
    }

    func start(isTest: Bool) throws(WebError) -> WebAnswer {
        guard try !job().isWorkedOn else { return try conflict() }
        let ended = try run(isTest ? .testRun : .run)
        guard ended.status == 0 else {
            // Of two that start at once one gets the lock.
            if try job().isWorkedOn { return try conflict() }
            throw failure(ended)
        }
        return try started()
    }

    /// - Parameter now: whether the running transfers are interrupted.
    func stop(now: Bool) throws(WebError) -> WebAnswer {
        guard try job().isWorkedOn else { throw WebError(.conflict, "nothing runs that could be stopped") }
        let ended = try run(now ? .stopNow : .stop)
        guard ended.status == 0 else { throw failure(ended) }
        return say(
            now
                ? "The run ends now: the next one goes on with the unfinished files."
                : "The run ends when the running transfers are complete.")
    }

    func limit(_ change: RunLimitChange) throws(WebError) -> WebAnswer {
        guard try job().isWorkedOn else { throw WebError(.conflict, "nothing runs that could be limited") }
        let ended = try run(.limit, limits: change)
        guard ended.status == 0 else { throw failure(ended) }
        return say(
            change.isReset
                ? "The limits are those of the run's own settings again." : "The limits are in force within a second.")
    }

    /// - Parameter course: the only one whose tries are forgotten; nil for all.
    func retryFailed(course: Int64?) throws(WebError) -> WebAnswer {
        guard try !job().isWorkedOn else { return try conflict() }
        let ended = try run(.retry, course: course)
        guard ended.status == 0 else { throw failure(ended) }
        return try summary().overall.left > 0 ? start(isTest: false) : say("Nothing is left to be tried.")
    }

    // MARK: - Answers

    private func started() throws(WebError) -> WebAnswer {
        let job = try reading { () throws(SystemError) in try JobState(folder, now: SystemClock().now) }
        let (plan, summary) = try reading { () throws(SystemError) in (try job.plan(), try job.summary()) }
        let segments = summary.overall.total
        guard segments > 0 else {
            throw WebError(.notFound, "there is no course with a video: check the catalogue's source and filter")
        }
        let coursesQueued = summary.courses.count { !$0.counts.isDecided }
        var answer = LineBuffer()
        answer.open()
        answer.add(AnswerField.success, true)
        answer.add(
            AnswerField.message,
            "Bulk download jobs queued: \(HumanUnits.count(summary.overall.left)) of \(HumanUnits.count(segments)) segments"
        )
        answer.add(object: AnswerField.stats) { stats in
            stats.add(AnswerField.totalCourses, plan?.courses ?? Int64(summary.courses.count))
            stats.add(AnswerField.totalSegments, segments)
            stats.add(AnswerField.coursesQueued, coursesQueued)
            stats.add(AnswerField.coursesWithNoSegments, plan?.coursesWithoutSegments ?? 0)
        }
        answer.add(AnswerField.backgroundProcessing, true)
        answer.add(object: AnswerField.cacheKeys) { keys in
            keys.add(AnswerField.bulkStats, "stats.json")
            keys.add(AnswerField.processingCourses, "active.json")
            keys.add(AnswerField.queuedCourses, "results.ndjson")
        }
        answer.close()
        return WebAnswer(.ok, .json(answer.bytes))
    }

    /// With the run's status: the answer of `bulk-download-status`.
    private func conflict() throws(WebError) -> WebAnswer {
        var status = ""
        BulkStatusRenderer().render(try summary(), to: &status)
        var answer = LineBuffer()
        answer.open()
        answer.add(AnswerField.success, false)
        answer.add(AnswerField.message, "a run is in progress: stop it first, or wait for its end")
        Array(status.utf8.prefix { $0 != 0x0A }).withUnsafeBytes { answer.add(AnswerField.run, raw: $0) }
        answer.close()
        return WebAnswer(.conflict, .json(answer.bytes))
    }

    private func say(_ message: String) -> WebAnswer {
        var answer = LineBuffer()
        answer.open()
        answer.add(AnswerField.success, true)
        answer.add(AnswerField.message, message)
        answer.close()
        return WebAnswer(.ok, .json(answer.bytes))
    }

    // MARK: - tf-bulk

    private func job() throws(WebError) -> JobState {
        try reading { () throws(SystemError) in try JobState(folder, now: now) }
    }

    private func summary() throws(WebError) -> Summary {
        let job = try job()
        return try reading { () throws(SystemError) in try job.summary() }
    }

    private func run(
        _ command: ServiceFolder.Command, course: Int64? = nil, limits: RunLimitChange? = nil
    ) throws(WebError) -> ChildProcess.Result {
        do throws(SystemError) {
            return try folder.run(command, course: course, limits: limits, keeping: .errors)
        } catch {
            throw WebError(.internalError, "tf-bulk: \(error.reason)")
        }
    }

    /// What `tf-bulk` said last. Its messages hold no secrets.
    private func failure(_ ended: ChildProcess.Result) -> WebError {
        let lines = String(decoding: ended.output, as: UTF8.self).split(separator: "\n")
        let reason = lines.last.map { DisplayText.visible(String($0)) } ?? "tf-bulk: ended with status \(ended.status)"
        return WebError(ended.status == 3 ? .unavailable : .internalError, reason)
    }
}

/// The numbers of a plan that the old system reported when a download began.
struct CatalogPlan: Equatable {
    let courses: Int64
    let coursesWithoutSegments: Int64
    let segments: Int64

    private enum Name: UInt8, FieldName {
        case courses, coursesWithoutSegments, segments

        static let names = snakeCaseNames
    }

    /// Nil where the text is not a plan.
    init?(_ text: [UInt8]) {
        let line = LineScanner<Name>()
        do throws(LineError) {
            try line.scan(text)
            courses = try line.integer(.courses) ?? 0
            coursesWithoutSegments = try line.integer(.coursesWithoutSegments) ?? 0
            segments = try line.integer(.segments) ?? 0
        } catch { return nil }
    }
}
