import Testing

@testable import Transfer

@Suite struct HostGateTests {
    private static func gate(_ ceiling: Int, running: Int) -> HostGate {
        var gate = HostGate(ceiling: ceiling)
        for _ in 0..<running { gate.began() }
        return gate
    }

    @Test("a gate lets in as many as its ceiling, and one for each that leaves")
    func ceiling() {
        var gate = Self.gate(2, running: 2)
        #expect(!gate.isOpen(at: 0))
        gate.ended()
        #expect(gate.isOpen(at: 0))
    }

    @Test("a refusal halves what runs, once for all that began before it")
    func halves() {
        var gate = Self.gate(10, running: 10)
        for _ in 0..<4 {
            gate.ended()
            gate.throttle(triedAt: 1, retryAfter: 5, spread: 0, at: 2)
        }
        #expect(gate.limit == 5)
        gate.ended()
        gate.throttle(triedAt: 3, retryAfter: 5, spread: 0, at: 4)
        #expect(gate.limit == 2)
    }

    @Test("who asks for a short pause again and again is left alone for longer, and then makes room for others")
    func shortPauses() {
        var gate = Self.gate(4, running: 0)
        var now = 0.0
        var pauses: [Double] = []
        for _ in 0..<8 {
            gate.throttle(triedAt: now, retryAfter: 5, spread: 1, at: now)
            pauses.append(gate.pausedUntil - now)
            now = gate.pausedUntil
        }
        #expect(pauses == [5, 5, 5, 8, 16, 32, 60, 60])
        #expect(gate.isAway(at: now - 11))
    }

    @Test("at least one transfer stays allowed")
    func one() {
        var gate = Self.gate(10, running: 0)
        for time in 0..<9 { gate.throttle(triedAt: Double(time), retryAfter: 1, spread: 0, at: Double(time)) }
        #expect(gate.limit == 1)
    }

    @Test("all wait for what the origin asked for, the longest wish counting")
    func waits() {
        var gate = Self.gate(10, running: 10)
        gate.throttle(triedAt: 0, retryAfter: 7, spread: 0, at: 100)
        gate.throttle(triedAt: 0, retryAfter: 3, spread: 0, at: 101)
        gate = {
            var gate = gate
            for _ in 0..<10 { gate.ended() }
            return gate
        }()
        #expect(!gate.isOpen(at: 106.9))
        #expect(gate.isOpen(at: 107))
    }

    @Test(
        "without a wish the pause doubles from one second to a minute, with a random half",
        arguments: [(1, 0.0, 0.5), (1, 0.5, 0.75), (2, 0.0, 1), (3, 0.0, 2), (30, 0.0, 30)])
    func ownPause(refusals: Int, spread: Double, pause: Double) {
        var gate = Self.gate(8, running: 1)
        // Each began after the last halving, and all pauses but the last have ended.
        for number in 0..<refusals {
            let now = Double(number) * 1000
            gate.throttle(triedAt: now - 1, retryAfter: nil, spread: spread, at: now)
        }
        #expect(gate.pausedUntil == Double(refusals - 1) * 1000 + pause)
    }

    @Test("it grows by one for each round that was served, up to its ceiling")
    func grows() {
        var gate = Self.gate(4, running: 4)
        gate.throttle(triedAt: 0, retryAfter: 0, spread: 0, at: 1)
        #expect(gate.limit == 2)
        for _ in 0..<2 { gate.serve() }
        #expect(gate.limit == 3)
        for _ in 0..<3 { gate.serve() }
        #expect(gate.limit == 4)
        for _ in 0..<99 { gate.serve() }
        #expect(gate.limit == 4)
    }

    @Test("one origin's pause does not hold up the others")
    func others() {
        var gates = HostGates(ceiling: 2)
        #expect(gates.mayHaveRoom(at: 0))
        gates["http://a"].throttle(triedAt: 0, retryAfter: 10, spread: 0, at: 1)
        #expect(!gates.mayHaveRoom(at: 1))
        #expect(gates["http://b"].isOpen(at: 1))
        gates["http://b"].began()
        #expect(gates.mayHaveRoom(at: 1))
        #expect(gates.paused(at: 1).map(\.origin) == ["http://a"])
        #expect(gates.nextOpening(after: 1) == 11)
    }

    @Test("a long pause of all that were asked leaves room for lines of others")
    func longPause() {
        var gates = HostGates(ceiling: 2)
        gates["http://a"].throttle(triedAt: 0, retryAfter: 60, spread: 0, at: 1)
        #expect(gates.mayHaveRoom(at: 1))
    }
}
