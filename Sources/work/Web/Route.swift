package import Journal

/// What can be asked for.
package enum Route: Equatable, Sendable {
    /// What is known of the job, from its state alone.
    case document(Document)
    /// What a run would do.
    case plan
    case start(isTest: Bool)
    case stop
    case retryFailed
    /// The records in a state, of all courses or of one.
    case results(FileState, course: Int64?)

    package enum Document: String, CaseIterable, Sendable {
        /// The three answers of the old system.
        case bulkStatus = "/bulk-download-status"
        case bulkStats = "/bulk-download-stats"
        case queueStatus = "/bulk-queue-status"
        /// What the page shows: all of it but the courses, and these.
        case progress = "/progress"
        case courses = "/courses"
    }

    package init(_ request: WebRequest) throws(Refusal) {
        let reading = ["GET", "HEAD"]
        if let document = Document(rawValue: request.path) {
            try request.check(methods: reading, parameters: [])
            self = .document(document)
            return
        }
        switch request.path {
        case "/plan":
            try request.check(methods: reading, parameters: [])
            self = .plan
        case "/download-all-courses":
            try request.check(methods: ["POST", "GET"], parameters: ["test"])
            self = .start(isTest: try request.isTest())
        case "/stop":
            try request.check(methods: ["POST"], parameters: [])
            self = .stop
        case "/retry-failed":
            try request.check(methods: ["POST"], parameters: [])
            self = .retryFailed
        case "/results":
            try request.check(methods: reading, parameters: ["state", "course"])
            self = .results(try request.state(), course: try request.course())
        default: throw Refusal(.notFound, "there is nothing under this path")
        }
    }

    var changesSomething: Bool {
        switch self {
        case .start, .stop, .retryFailed: true
        case .document, .plan, .results: false
        }
    }

    /// Whether clients of the old system ask for it by a plain GET.
    var isOpenToPlainGET: Bool {
        if case .start = self { true } else { false }
    }
}

extension WebRequest {
    /// A parameter that nobody knows is refused: passed over, a `tset=true` would start the whole download. `_` is what
    /// clients add against caches.
    fileprivate func check(methods: [String], parameters names: Set<String>) throws(Refusal) {
        guard methods.contains(method) else {
            throw Refusal(
                .methodNotAllowed, "the method is not one of \(methods.joined(separator: ", "))",
                headers: [("Allow", methods.joined(separator: ", "))])
        }
        guard parameters.keys.allSatisfy({ $0 == "_" || names.contains($0) }) else {
            let known = names.isEmpty ? "there are none here" : "there is \(names.sorted().joined(separator: " and "))"
            throw Refusal(.badRequest, "a parameter is not known: \(known)")
        }
    }

    fileprivate func isTest() throws(Refusal) -> Bool {
        switch parameters["test"] {
        case nil, "false", "0": false
        case "true", "1": true
        default: throw Refusal(.badRequest, "'test' is 'true' or 'false'")
        }
    }

    fileprivate func state() throws(Refusal) -> FileState {
        guard let state = parameters["state"].flatMap(FileState.init(rawValue:)) else {
            let states = FileState.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal(.badRequest, "'state' is one of \(states)")
        }
        return state
    }

    fileprivate func course() throws(Refusal) -> Int64? {
        guard let text = parameters["course"] else { return nil }
        guard let id = Int64(text) else { throw Refusal(.badRequest, "'course' is a course's number") }
        return id
    }
}
