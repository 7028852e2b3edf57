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
        do throws(LimitError) {
            guard let text = try world.newLimits() else { return false }
            limits.tell(try LimitValues(parsing: text))
        } catch {
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
        if limits.isAuto {
            if autoJobs == nil {
                notify("from now on as many transfers at one time as bring most, \(limits.jobs) at most")
                autoJobs = AutoJobs(
                    most: limits.jobs, from: admission.wanted, admission.evidence.jobs?.shifted(by: now - steadyTime))
            }
        } else {
            keepFoundJobs()
            autoJobs = nil
            if limits.jobs != admission.wanted {
                notify("from now on \(limits.jobs) transfers at one time at most")
            }
        }
        change(to: autoJobs?.number ?? limits.jobs)
    }

    /// For the next run, or for this one if it is told 'auto' again.
    func keepFoundJobs() {
        if let found = autoJobs?.settled { admission.evidence.jobs = found.shifted(by: steadyTime - now) }
    }

    private func change(to jobs: Int) {
        if jobs != admission.wanted { rateLimit?.share(among: jobs) }
        admission.change(parallel: jobs, startsPerSecond: limits.startsPerSecond)
        for (number, loop) in loops.enumerated() {
            loop.places = Self.places(jobs, ofLoop: number, of: loops.count)
            if loop !== current { loop.wake() }
        }
    }
    // MARK: - -j auto

    /// Tells how many of the places are filled, whenever it is about to be waited.
    func countPlaces(at now: Double) {
        autoJobs?.has(connections: connections + linesInHand, at: now)
    }

    /// Looks at what arrives, and lets as many transfers run as bring most.
    func followGoodput() {
        guard let next = autoJobs?.nextLook, stop == nil else { return }
        let now = now
        guard now >= next else { return }
        let isHeld = rateLimit?.takeHeld() ?? false
        let decision = autoJobs?.look(
            bytes: received, files: fetched + confirmed, connections: connections,
            tells: !isHeld && !admission.gates.areSlowedDown, at: now)
        follow(decision)
    }

    /// A host's gate lets fewer through than before.
    func followGate(by lost: Int) { follow(autoJobs?.slowDown(by: lost, at: now)) }

    private func follow(_ decision: String?) {
        guard let decision, let jobs = autoJobs?.number else { return }
        debug?("-j auto: \(decision)")
        if jobs != admission.wanted { change(to: jobs) }
    }
}
