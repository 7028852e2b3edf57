/// Watches the requests to each host: that one which could serve does not stand idle, and one that is dead is not asked
/// too often.
final class HostWatch {
    private let plan: WorldPlan
    private var hosts: [Seen]
    private var roundBegan = 0.0

    private struct Seen {
        /// When it was asked last, or had no reason to be.
        var busyAt = 0.0
        var asked: [Double] = []
    }

    /// Seconds. Probes come once a minute at least, and somebody else's may have been at it before.
    private let longestIdle: Double

    init(_ plan: WorldPlan) {
        self.plan = plan
        // With few places a host that does not answer takes them all, until it is known to be down, and then for probes.
        longestIdle = 150 + 30 * (2 + 3 * Double(plan.quickRetries + 1)) / Double(plan.parallel)
        hosts = plan.hosts.map { _ in Seen() }
    }

    func beginRound(at time: Double) {
        roundBegan = time
        for host in hosts.indices { hosts[host].busyAt = time }
    }

    func asked(_ host: Int?, at time: Double) {
        guard let host else { return }
        hosts[host].busyAt = time
        hosts[host].asked.append(time)
    }

    /// Requests to a host from some time on.
    func requests(to host: Int, from: Double, until: Double) -> Int {
        hosts[host].asked.count { $0 >= from && $0 < until }
    }

    /// Requests to all hosts.
    func requests(from: Double, until: Double) -> Int {
        hosts.indices.reduce(0) { $0 + requests(to: $1, from: from, until: until) }
    }

    /// The words for a host that could serve, has work and is not asked.
    func idle(at time: Double, _ isLeft: (Int) -> Bool) -> String? {
        for host in hosts.indices {
            guard plan.serves(host, at: time), plan.diskTakes(at: time),
                plan.hadDescriptors(from: roundBegan, until: time), !plan.hasSlowHost(but: host, at: time)
            else {
                hosts[host].busyAt = time
                continue
            }
            guard time - hosts[host].busyAt > longestIdle else { continue }
            guard isLeft(host) else {
                hosts[host].busyAt = time
                continue
            }
            return "host \(host) serves, and was not asked for \(Int(time - hosts[host].busyAt)) s"
        }
        return nil
    }
}
