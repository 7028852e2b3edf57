import Glibc
import Journal
import POSIX
import Records
import Rendering
import ToolSupport

/// Runs the user's command when something has happened, with the summary in its environment. What strangers wrote
/// is in values of variables, and in no command. A command that takes longer than the limit is ended, with whatever
/// it has started: this tool waits for it in the end, and `tf-bulk` for this tool.
struct Notifier {
    private struct Child {
        let process: pid_t
        let watch: ProcessWatch
        /// On the monotonic clock.
        let deadline: Double
    }

    private let command: String
    /// Seconds that a command may take.
    private let limit: Double
    private let diagnostics: Diagnostics
    private let clock = SystemClock()
    private var told: Set<String> = []
    private var children: [Child] = []

    /// Hostile lines could name a new error each.
    private static let mostKinds = 30

    init(_ command: String, limit: Double, _ diagnostics: Diagnostics) {
        self.command = command
        self.limit = limit
        self.diagnostics = diagnostics
    }

    /// Tells of each error that was not there before. Nobody waits for the command.
    mutating func tellFailures(of summary: Summary) {
        endOverdue()
        for failure in summary.failures where told.count < Self.mostKinds && told.insert(failure.code).inserted {
            let owner = summary.owner(of: failure.code)
            start(
                "failure", summary,
                [
                    "TF_TALLY_ERROR": failure.code, "TF_TALLY_OWNER": owner?.rawValue ?? "",
                    "TF_TALLY_ADVICE": ErrorCode.advice(on: failure.code, owner: owner),
                ])
        }
    }

    /// Tells that the job has ended, and waits for all commands.
    mutating func tellEnd(_ summary: Summary) {
        start("end", summary, [:])
        while let next = children.map(\.deadline).min() {
            _ = Descriptor.waitForAny(children.compactMap(\.watch.descriptor), seconds: next - clock.monotonic)
            endOverdue()
        }
    }

    /// Ends what still runs, since this tool is to end.
    func stop() {
        for child in children where !child.watch.hasEnded { kill(-child.process, SIGTERM) }
    }

    /// Takes note of the commands that have ended, and ends those whose time has passed.
    private mutating func endOverdue() {
        for child in children where child.watch.hasEnded {
            let status = ChildProcess.wait(for: child.process)
            if status != 0 { diagnostics.say("--notify: '\(command)' ended with status \(status)") }
        }
        for child in children where !child.watch.hasEnded && child.deadline <= clock.monotonic {
            kill(-child.process, SIGKILL)
            _ = ChildProcess.wait(for: child.process)
            diagnostics.say(
                "--notify: '\(command)' took longer than \(Seconds(limit)) and was killed, see --notify-limit")
        }
        children.removeAll { $0.watch.hasEnded }
    }

    private mutating func start(_ event: String, _ summary: Summary, _ more: [String: String]) {
        let variables = Self.variables(of: summary).merging(more) { $1 }.merging(["TF_TALLY_EVENT": event]) { $1 }
        do throws(SystemError) {
            let process = try ChildProcess.start(["sh", "-c", command], environment: variables)
            let watch = try ProcessWatch(process)
            children.append(Child(process: process, watch: watch, deadline: clock.monotonic + limit))
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
