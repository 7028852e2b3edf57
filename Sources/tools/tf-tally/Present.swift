import Glibc
import Journal
import POSIX
import ToolSupport

/// What is known of the present: what runs, and whether somebody works on it.
struct Present {
    private let activePath: String?
    private let process: ProcessWatch?

    init(_ options: TallyOptions, _ process: ProcessWatch?) {
        activePath = options.active
        self.process = process
    }

    func add(to summary: inout Summary) throws(ToolFailure) {
        if let process { summary.isWorkedOn = !process.hasEnded }
        if let activePath { summary.active = try active(activePath) }
    }

    /// What runs now. No file: nothing does.
    private func active(_ path: String) throws(ToolFailure) -> ActiveRun? {
        do throws(SystemError) {
            let document = try File(reading: path).readAll(limit: ActiveRun.longestDocument)
            return ActiveRun(document, now: SystemClock().now)
        } catch  where error.code == ENOENT { return nil } catch { throw .refused(error) }
    }
}

extension TallyOptions {
    func watchedProcess() throws(ToolFailure) -> ProcessWatch? {
        guard let whilePid else { return nil }
        return try refusing { () throws(SystemError) in try ProcessWatch(whilePid) }
    }
}
