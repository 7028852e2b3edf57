import Glibc
import Journal
import POSIX
import Records
import Rendering
import ToolSupport

/// Runs the user's command when something has happened, with the summary in its environment. What strangers wrote
/// stands in values of variables, and in no command.
struct Notifier {
    private let command: String
    private let diagnostics: Diagnostics
    private var told: Set<String> = []
    private var children: [pid_t] = []

    /// Hostile lines could name a new error each.
    private static let mostKinds = 30

    init(_ command: String, _ diagnostics: Diagnostics) {
        self.command = command
        self.diagnostics = diagnostics
    }

    /// Tells of each error that was not there before. Nobody waits for the command.
    mutating func tellFailures(of summary: Summary) {
        for failure in summary.failures where told.count < Self.mostKinds && told.insert(failure.code).inserted {
            start(
                "failure", summary,
                ["TF_TALLY_ERROR": failure.code, "TF_TALLY_ADVICE": ErrorCode.advice(on: failure.code)])
        }
    }

    /// Tells that it is over, and waits for all commands.
    mutating func tellEnd(_ summary: Summary) {
        start("end", summary, [:])
        for child in children {
            let status = ChildProcess.wait(for: child)
            if status != 0 { diagnostics.say("--notify: '\(command)' ended with status \(status)") }
        }
    }

    private mutating func start(_ event: String, _ summary: Summary, _ more: [String: String]) {
        let variables = Self.variables(of: summary).merging(more) { $1 }.merging(["TF_TALLY_EVENT": event]) { $1 }
        do throws(SystemError) {
            children.append(try ChildProcess.start(["sh", "-c", command], environment: variables))
        } catch { diagnostics.say("--notify: \(error)") }
    }

    private static func variables(of summary: Summary) -> [String: String] {
        let counts = summary.overall
        return [
            "TF_TALLY_TOTAL": "\(counts.total)", "TF_TALLY_SUCCESS": "\(counts.success)",
            "TF_TALLY_SKIPPED": "\(counts.skipped)", "TF_TALLY_FAILED": "\(counts.failedForGood)",
            "TF_TALLY_DELAYED": "\(counts.delayed)", "TF_TALLY_QUEUED": "\(counts.queued)",
            "TF_TALLY_DROPPED": "\(counts.dropped)", "TF_TALLY_BYTES": "\(counts.bytes)",
            "TF_TALLY_COURSES": "\(summary.courses.count)",
            "TF_TALLY_COURSES_COMPLETE": "\(summary.courses.count { $0.counts.isComplete })",
            "TF_TALLY_COMPLETE": summary.isComplete ? "1" : "0", "TF_TALLY_TEXT": FollowFrame(summary).line,
        ]
    }
}
