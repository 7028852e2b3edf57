import ArgumentParser
import Journal
import NDJSON
import POSIX
import Records
import Rendering
import ToolSupport

// `--refresh`: the records whose files are there, for `tf-fetch --refresh`.

extension QueueOptions {
    func checkRefresh() throws {
        let others =
            summary || reasons || failed || isOfOneFile || !states.isEmpty || !errors.isEmpty || attemptsUnder != nil
            || mark != nil || split != nil || shard != nil || host != nil || run != nil
        guard !others else {
            throw ValidationError(
                "'--refresh' goes with '--due', '--next', '--older-than', '--course' and '--limit', and no other choice"
            )
        }
    }

    fileprivate var refreshRequest: RefreshRequest {
        RefreshRequest(
            age: olderThan?.value ?? 0, began: began, isDue: due || next, request.filter, tries: tries,
            limit: limit ?? .max, now: SystemClock().now)
    }
}

extension TFQueue {
    /// Returns whether a record, or a time, was printed.
    func printRefresh(_ diagnostics: Diagnostics) throws(ToolFailure) -> Bool {
        let problems = LineProblems(in: LineFile.name(of: options.catalog), diagnostics)
        let journal = try readJournal(diagnostics.debug)
        for path in options.results { try refuseUnlessPlain(path) }
        let versions = try refusing(readVersions)
        var queue = RefreshQueue(options.refreshRequest, journal, versions)
        try refusing { () throws(SystemError) in
            var catalog = try LineFile(options.catalog)
            var output = LineOutput()
            try queue.print(&catalog, options.shares, to: &output, isQuiet: options.next) {
                problems.note($0, line: $1)
            }
        }
        try problems.finish(goodLines: queue.records)
        guard options.next else { return queue.printed > 0 }
        guard let next = queue.nextDue else { return false }
        try StandardOutput.write("\(Int64(next))\n")
        return true
    }

    private func readVersions() throws(SystemError) -> FileVersions {
        var versions = FileVersions()
        for path in options.results {
            do throws(SystemError) {
                var results = try LineFile(path)
                try versions.read(&results)
            } catch { guard error.isMissingFile else { throw error } }
        }
        return versions
    }
}
