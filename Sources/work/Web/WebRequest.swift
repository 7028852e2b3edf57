internal import Journal
internal import Records

/// A request as a web server hands it to a CGI program (RFC 3875), parsed once. What a browser says of where it comes
/// from is in `sender`.
package struct WebRequest: Equatable, Sendable {
    package let method: String
    /// The part of the path below the program's own, as in `/bulk-download-status`.
    package let path: String
    /// The query's parameters, without their escapes.
    package let parameters: [String: String]
    package let sender: Sender
    /// What `If-None-Match` names (RFC 9110, section 13.1.2); empty where the client has nothing.
    package let heldTags: [String]

    private static let longestQuery = 1024

    /// - Parameter variable: the environment that the server made for this request.
    package init(_ variable: (String) -> String?) throws(WebError) {
        method = variable("REQUEST_METHOD") ?? "GET"
        path = variable("PATH_INFO") ?? ""
        let query = variable("QUERY_STRING") ?? ""
        guard query.utf8.count <= Self.longestQuery else {
            throw WebError(.uriTooLong, "the query is longer than \(Self.longestQuery) bytes")
        }
        guard variable("CONTENT_LENGTH").map({ $0 == "0" }) ?? true, variable("HTTP_TRANSFER_ENCODING") == nil else {
            // A body that is passed over could be a `test=true` that was never heard.
            throw WebError(.badRequest, "this takes no body: parameters go in the query, as in '?test=true'")
        }
        parameters = try Self.parameters(query)
        sender = Sender(variable)
        heldTags = (variable("HTTP_IF_NONE_MATCH") ?? "").split(separator: ",")
            .map { Self.tag($0.drop { $0 == " " }.prefix { $0 != " " }) }
    }

    /// Without what servers that compress answers on the way make of a tag: weak, or with the coding after it.
    private static func tag(_ text: Substring) -> String {
        var tag = String(text.hasPrefix("W/") ? text.dropFirst(2) : text)
        for coding in ["gzip", "br", "zstd", "deflate"] {
            if tag.hasSuffix("-\(coding)\"") {
                tag = tag.dropLast(coding.utf8.count + 2) + "\""
            } else if tag.hasSuffix("\"-\(coding)") {
                tag = String(tag.dropLast(coding.utf8.count + 1))
            }
        }
        return tag
    }

    private static func parameters(_ query: String) throws(WebError) -> [String: String] {
        var parameters: [String: String] = [:]
        for pair in query.utf8.split(separator: UInt8(ascii: "&")) {
            let name = try decoded(pair.prefix { $0 != UInt8(ascii: "=") })
            let value = try decoded(pair.drop { $0 != UInt8(ascii: "=") }.dropFirst())
            guard parameters.updateValue(value, forKey: name) == nil else {
                throw WebError(.badRequest, "a parameter is in the query twice")
            }
        }
        return parameters
    }

    /// A name or value as a form writes it: `+` is a space, and `%` begins an escape.
    private static func decoded(_ text: Substring.UTF8View) throws(WebError) -> String {
        let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        guard hasWholeEscapes(spaced), let decoded = String(validating: Array(PercentDecoded(spaced)), as: UTF8.self),
            !decoded.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw WebError(.badRequest, "the query is not text: escapes are '%' and two hexadecimal digits, of UTF-8")
        }
        return decoded
    }

    private static func hasWholeEscapes(_ text: [UInt8]) -> Bool {
        text.indices.allSatisfy { index in
            text[index] != UInt8(ascii: "%")
                || index + 2 < text.count && PercentDigits.value(text[index + 1], text[index + 2]) != nil
        }
    }
}

/// What can be asked for.
package enum Route: Equatable, Sendable {
    /// What is known of the job, from its state alone.
    case document(Document)
    /// What a run would do, and for how many records of each course.
    case plan(withCourses: Bool)
    case start(isTest: Bool)
    case stop(now: Bool)
    /// Other limits for the run that is under way.
    case limit(RunLimitChange)
    /// What failed, of all courses or of one.
    case retryFailed(course: Int64?)
    case results(ResultQuery)

    package enum Document: String, CaseIterable, Sendable {
        /// The three answers of the old system.
        case bulkStatus = "/bulk-download-status"
        case bulkStats = "/bulk-download-stats"
        case queueStatus = "/bulk-queue-status"
        /// What the page shows: all of it but the courses, and these.
        case progress = "/progress"
        case courses = "/courses"
    }

    package init(_ request: WebRequest) throws(WebError) {
        let reading = ["GET", "HEAD"]
        if let document = Document(rawValue: request.path) {
            try request.check(methods: reading, parameters: [])
            self = .document(document)
            return
        }
        switch request.path {
        case "/plan":
            try request.check(methods: reading, parameters: ["courses"])
            self = .plan(withCourses: try request.flag("courses"))
        case "/download-all-courses":
            try request.check(methods: ["POST", "GET"], parameters: ["test"])
            self = .start(isTest: try request.flag("test"))
        case "/stop":
            try request.check(methods: ["POST"], parameters: ["now"])
            self = .stop(now: try request.flag("now"))
        case "/limit":
            try request.check(methods: ["POST"], parameters: ["rate_limit", "jobs", "requests_per_second", "reset"])
            self = .limit(try RunLimitChange(request.parameters, reset: try request.flag("reset")))
        case "/retry-failed":
            try request.check(methods: ["POST"], parameters: ["course"])
            self = .retryFailed(course: try request.number("course"))
        case "/results":
            try request.check(methods: reading, parameters: ["state", "course", "error", "limit"])
            self = .results(
                ResultQuery(
                    state: try request.state(), course: try request.number("course"),
                    error: request.parameters["error"], limit: try request.number("limit").map { max(0, Int($0)) }))
        default: throw WebError(.notFound, "there is nothing under this path")
        }
    }

    var changesSomething: Bool {
        switch self {
        case .start, .stop, .limit, .retryFailed: true
        case .document, .plan, .results: false
        }
    }

    /// Whether clients of the old system ask for it by a plain GET.
    var isOpenToPlainGET: Bool {
        if case .start = self { true } else { false }
    }
}

extension WebRequest {
    /// An unknown parameter is refused: passed over, a `tset=true` would start the whole download. `_` is what
    /// clients add against caches.
    fileprivate func check(methods: [String], parameters names: Set<String>) throws(WebError) {
        guard methods.contains(method) else {
            throw WebError(
                .methodNotAllowed, "the method is not one of \(methods.joined(separator: ", "))",
                headers: [("Allow", methods.joined(separator: ", "))])
        }
        guard parameters.keys.allSatisfy({ $0 == "_" || names.contains($0) }) else {
            let known = names.isEmpty ? "there are none here" : "here are \(names.sorted().joined(separator: ", "))"
            throw WebError(.badRequest, "a parameter is not known: \(known)")
        }
    }

    fileprivate func flag(_ name: String) throws(WebError) -> Bool {
        switch parameters[name] {
        case nil, "false", "0": false
        case "true", "1": true
        default: throw WebError(.badRequest, "'\(name)' is 'true' or 'false'")
        }
    }

    fileprivate func state() throws(WebError) -> FileState {
        guard let state = parameters["state"].flatMap(FileState.init(rawValue:)) else {
            let states = FileState.allCases.map(\.rawValue).joined(separator: ", ")
            throw WebError(.badRequest, "'state' is one of \(states)")
        }
        return state
    }

    fileprivate func number(_ name: String) throws(WebError) -> Int64? {
        guard let text = parameters[name] else { return nil }
        guard let number = Int64(text) else { throw WebError(.badRequest, "'\(name)' is a whole number") }
        return number
    }
}
