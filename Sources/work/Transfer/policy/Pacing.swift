/// The pace at which transfers are started. Pure: times are arguments, on the monotonic clock.
struct Pacing {
    /// Seconds between two starts; 0: none.
    private var interval: Double
    private(set) var nextStart = -Double.infinity

    /// - Parameter perSecond: starts a second; nil: as many as come.
    init(perSecond: Double?) { interval = perSecond.map { 1 / $0 } ?? 0 }

    var isLimited: Bool { interval > 0 }

    /// Another pace, counted from the last start.
    mutating func change(perSecond: Double?) {
        let began = nextStart - interval
        interval = perSecond.map { 1 / $0 } ?? 0
        nextStart = began + interval
    }

    func isOpen(at now: Double) -> Bool { now >= nextStart }

    /// One that comes a little late is made up for by the next, so that the pace is kept; a longer lull is not.
    mutating func began(at now: Double) {
        nextStart = (now - nextStart < interval ? nextStart : now) + interval
    }
}
