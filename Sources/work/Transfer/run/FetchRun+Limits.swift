internal import POSIX
internal import Records

/// Limits that change while the run goes on: by the hour, or because somebody tells others.
extension FetchRun {
    /// Looks, twice a second, whether the limits are others, and keeps those from then on.
    func followLimits() {
        guard limits.isDue(at: now) else { return }
        limits.looked(at: now)
        let wasTold = takeNewLimits()
        followRate()
        if wasTold { followNumbers() }
    }

    private func takeNewLimits() -> Bool {
        guard let text = world.newLimits() else { return false }
        do throws(LimitError) { limits.tell(try LimitValues(parsing: text)) } catch {
            notify("--limits: \(error): the limits stay as they are")
            return false
        }
        return true
    }

    private func followRate() {
        guard let rateLimit else { return }
        let rate = limits.rate(at: world.wallTime(world.clock.now))
        guard rate != rateLimit.bytesPerSecond else { return }
        rateLimit.change(to: rate)
        let words = rate.map { "\(ByteCount($0)) bytes a second at most" }
        notify("from now on " + (words ?? "any number of bytes a second"))
    }

    private func followNumbers() {
        let jobs = limits.jobs
        if jobs != admission.wanted { notify("from now on \(jobs) transfers at one time at most") }
        admission.change(parallel: jobs, startsPerSecond: limits.startsPerSecond)
        for (number, loop) in loops.enumerated() {
            loop.places = Self.places(jobs, ofLoop: number, of: loops.count)
            if loop !== current { loop.wake() }
        }
    }
}
