internal import Glibc
internal import Journal
internal import NDJSON
internal import POSIX
internal import Rendering

/// The answers to requests, over a job's state.
package struct WebService {
    private let folder: ServiceFolder
    private let now: Double

    /// - Parameter now: Unix seconds.
    package init(_ folder: ServiceFolder, now: Double) {
        self.folder = folder
        self.now = now
    }

    package func answer(_ request: WebRequest) -> WebAnswer {
        do throws(WebError) {
            let route = try Route(request)
            try gate().admit(request.sender, to: route, method: request.method)
            return try answer(route, heldTags: request.heldTags)
        } catch { return WebAnswer(error) }
    }

    private func gate() throws(WebError) -> Gate {
        try reading { () throws(SystemError) in Gate(names: try folder.hosts(), token: try folder.token()) }
    }

    private func answer(_ route: Route, heldTags: [String]) throws(WebError) -> WebAnswer {
        switch route {
        case .document(let document): try self.document(document, heldTags)
        case .plan(let withCourses): try plan(withCourses: withCourses)
        case .start(let isTest): try control.start(isTest: isTest)
        case .stop(let now): try control.stop(now: now)
        case .limit(let change): try control.limit(change)
        case .retryFailed(let course): try control.retryFailed(course: course)
        case .results(let query):
            try reading { () throws(SystemError) in
                WebAnswer(.ok, .lines(try ResultList(folder, query).write))
            }
        }
    }

    private var control: RunControl { RunControl(folder, now: now) }

    private func document(_ document: Route.Document, _ heldTags: [String]) throws(WebError) -> WebAnswer {
        let job = try reading { () throws(SystemError) in try JobState(folder, now: now) }
        let headers = [(name: "ETag", value: job.tag)]
        guard !heldTags.contains(job.tag), !heldTags.contains("*") else {
            return WebAnswer(.notModified, .none, headers: headers)
        }
        let summary = try reading { () throws(SystemError) in try job.summary() }
        let bytes = try reading { () throws(SystemError) in
            switch document {
            case .bulkStatus: BulkStatusRenderer().document(of: summary)
            case .bulkStats: BulkStatsRenderer().document(of: summary)
            case .queueStatus: QueueStatusRenderer().document(of: summary)
            case .progress: try ProgressDocument(summary, job, storage: folder.output).bytes
            case .courses: CourseRows(summary).bytes
            }
        }
        return WebAnswer(.ok, .json(bytes), headers: headers)
    }

    private func plan(withCourses: Bool) throws(WebError) -> WebAnswer {
        let run = try reading { () throws(SystemError) in
            try folder.run(withCourses ? .planCourses : .plan, keeping: .output)
        }
        let lines = run.output.split(separator: 0x0A).map(Array.init)
        guard run.status <= 1, let plan = lines.first, CatalogPlan(plan) != nil else {
            throw WebError(.unavailable, "the catalogue cannot be read: 'tf-bulk plan' tells why")
        }
        guard withCourses, lines.count > 1, plan.last == UInt8(ascii: "}") else {
            return WebAnswer(.ok, .json(plan + [0x0A]))
        }
        // What `tf-queue --summary` says of the same catalogue.
        return WebAnswer(.ok, .json(plan.dropLast() + Array(",\"queue\":".utf8) + lines[1] + Array("}\n".utf8)))
    }
}

/// State that cannot be read is an answer too.
func reading<Value>(_ work: () throws(SystemError) -> Value) throws(WebError) -> Value {
    do throws(SystemError) { return try work() } catch {
        throw WebError(.internalError, "the job's state cannot be read: \(error.reason)")
    }
}
