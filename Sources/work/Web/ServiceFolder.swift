package import POSIX

/// What `tf-bulk serve` leaves in a folder that only its user can read. No part of a request ever gets into it.
package struct ServiceFolder: Sendable {
    /// A command of `tf-bulk`, with the settings that `serve` was given.
    enum Command: String, Sendable {
        case run
        case testRun = "test-run"
        case plan
        case planCourses = "plan-courses"
        case stop
        case stopNow = "stop-now"
        case retry
        case limit
    }

    /// The job's output folder, as an absolute path.
    package let output: String
    /// Where `serve` was started: paths in the commands are relative to it.
    private let directory: String
    private let path: String

    package init(_ path: String) throws(SystemError) {
        self.path = path
        output = try Self.text(path, "output")
        directory = try Self.text(path, "directory")
    }

    /// The job's state.
    var state: String { output + "/.tf-bulk" }

    /// Where what was read of large statistics is kept, for the requests to come.
    var statistics: String { path + "/statistics" }

    func token() throws(SystemError) -> String { try Self.text(path, "token") }

    /// Names of the service, a line each.
    func hosts() throws(SystemError) -> [String] {
        try Self.text(path, "hosts").split(separator: "\n").map(String.init)
    }

    /// After how many tries a file has failed for good; nil where `serve` was not given it.
    func tries() throws(SystemError) -> Int? { Int(try Self.text(path, "tries")) }

    /// Runs a command to its end, in the environment that `serve` had. What the web server adds to ours, the headers of
    /// the request among it, does not concern it.
    ///
    /// - Parameters:
    ///   - course: the only course that the command is about.
    ///   - limits: those that the command is about; they are numbers.
    func run(
        _ command: Command, course: Int64? = nil, limits: RunLimitChange? = nil, keeping stream: ChildProcess.Stream
    ) throws(SystemError) -> ChildProcess.Result {
        let more = (course.map { ["--course", "\($0)"] } ?? []) + (limits?.words ?? [])
        let words = try Self.words(path, command.rawValue) + more
        return try ChildProcess.run(
            words, environment: Self.words(path, "environment"), in: directory, keeping: stream,
            limit: command == .planCourses ? Self.longestPlan : 1 << 20, seconds: 600)
    }

    /// A line for each of some hundred thousand courses.
    private static let longestPlan = 64 << 20

    private static func text(_ folder: String, _ name: String) throws(SystemError) -> String {
        String(decoding: try File(reading: "\(folder)/\(name)").readAll(limit: 1 << 16), as: UTF8.self)
    }

    /// Words with a NUL after each, as in /proc/PID/cmdline.
    private static func words(_ folder: String, _ name: String) throws(SystemError) -> [String] {
        try File(reading: "\(folder)/\(name)").readAll(limit: 1 << 22)
            .split(separator: 0, omittingEmptySubsequences: false).dropLast()
            .map { String(decoding: $0, as: UTF8.self) }
    }
}
