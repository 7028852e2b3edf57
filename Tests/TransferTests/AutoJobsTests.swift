import Records
import TestSupport
import Testing

@testable import Transfer

/// `-j auto` by made-up curves of what numbers of transfers bring.
@Suite struct AutoJobsTests {
    /// A line that brings so many bytes, and files, in a second for a number of transfers at a time.
    private struct Line {
        var most = 10
        var bytes: (Int, Double) -> Double
        var files: (Int, Double) -> Double = { _, _ in 0 }
        /// How far single looks are away from that, at most.
        var noise = 0.0
        /// Connections that are there, of so many that may be.
        var connections: (Int) -> Int = { $0 }
        /// Whether nothing else limits the run.
        var tells = true
        /// More than so many at a time are asked to slow down.
        var throttle = Int.max
        var earlier: SettledJobs?
        var seed: UInt64 = 1

        private static let megabyte = 1_000_000.0

        static func perConnection(_ rate: Double) -> (Int, Double) -> Double {
            { number, _ in Double(number) * rate * megabyte }
        }

        static func capped(_ rate: Double) -> (Int, Double) -> Double { { _, _ in rate * megabyte } }
    }

    /// What came of a line.
    private struct Outcome {
        var numbers: [Int] = []
        var times: [Double] = []
        var bytes = 0.0
        var files = 0.0
        var throttled: [Double] = []
        var settled: SettledJobs?

        /// The numbers from some time on.
        func numbers(from: Double, to: Double = .infinity) -> [Int] {
            zip(times, numbers).filter { $0.0 >= from && $0.0 < to }.map(\.1)
        }
    }

    private static func run(_ line: Line, seconds: Double) -> Outcome {
        var auto = AutoJobs(most: line.most, line.earlier)
        var random = SeededGenerator(seed: line.seed)
        var outcome = Outcome(settled: auto.settled)
        let step = 0.02
        var now = 0.0
        while now < seconds {
            auto.has(connections: line.connections(auto.number), at: now)
            now += step
            let factor = 1 + line.noise * Double.random(in: -1...1, using: &random)
            let working = line.connections(auto.number)
            outcome.bytes += line.bytes(working, now) * factor * step
            outcome.files += line.files(working, now) * factor * step
            if working > line.throttle {
                outcome.throttled.append(now)
                _ = auto.slowDown(by: working - working / 2, at: now)
            }
            if now >= auto.nextLook {
                _ = auto.look(
                    bytes: Int64(outcome.bytes), files: Int(outcome.files), connections: working,
                    tells: line.tells, at: now)
            }
            outcome.times.append(now)
            outcome.numbers.append(auto.number)
        }
        outcome.settled = auto.settled
        return outcome
    }

    @Test("where each connection is limited, it soon has as many as it may")
    func perConnection() {
        let outcome = Self.run(Line(bytes: Line.perConnection(5)), seconds: 40)
        #expect(outcome.numbers.first == 4)
        #expect(outcome.numbers(from: 2, to: 2.5).allSatisfy { $0 == 10 })
        #expect(outcome.bytes > 0.95 * 40 * 50e6)
        #expect(outcome.numbers.max() == 10)
        #expect(outcome.settled?.number == 10)
    }

    @Test("it never has more than --jobs-most, however much more would bring", arguments: [1, 2, 3, 7, 40])
    func most(most: Int) {
        let outcome = Self.run(Line(most: most, bytes: Line.perConnection(5)), seconds: 60)
        #expect(outcome.numbers.max() == most)
        #expect(outcome.numbers.last == most)
    }

    @Test("where the line is full, it stays with few")
    func capped() {
        let outcome = Self.run(Line(bytes: Line.capped(12.5)), seconds: 120)
        #expect(outcome.numbers(from: 60).filter { $0 <= 4 }.count > outcome.numbers(from: 60).count * 9 / 10)
        #expect(outcome.settled.map { $0.number <= 4 } == true)
    }

    @Test("where more are slower, it is as fast as few")
    func slowerByMore() {
        let outcome = Self.run(Line(bytes: { number, _ in 12.5e6 * (1 - 0.05 * Double(number)) }), seconds: 60)
        #expect(outcome.settled.map { $0.number <= 3 } == true)
        #expect(outcome.bytes > 0.9 * 60 * 12.5e6 * 0.9)
    }

    @Test(
        "figures that jump by a fifth lead it no further than a tenth from the best", arguments: 1...20)
    func noise(seed: Int) {
        // Eight are enough; what more bring is nothing.
        let line = Line(bytes: { number, _ in 3e6 * Double(min(number, 8)) }, noise: 0.2, seed: UInt64(seed))
        let outcome = Self.run(line, seconds: 120)
        #expect(outcome.bytes > 0.9 * 120 * 24e6)
    }

    @Test("small files count by their number: their bytes would tell nothing")
    func smallFiles() {
        let line = Line(
            bytes: { number, _ in 1e3 * Double(number) }, files: { number, _ in 100 * Double(min(number, 6)) },
            noise: 0.2)
        let outcome = Self.run(line, seconds: 60)
        #expect(outcome.files > 0.9 * 60 * 600)
    }

    @Test("large files count by their bytes: seconds pass in which none ends")
    func largeFiles() {
        let line = Line(
            bytes: { number, _ in 5e6 * Double(min(number, 9)) }, files: { number, _ in 0.005 * Double(number) })
        let outcome = Self.run(line, seconds: 60)
        #expect(outcome.bytes > 0.9 * 60 * 45e6)
    }

    @Test("where the number does not matter, as the processor is what limits, it costs nothing")
    func processor() {
        let line = Line(bytes: { number, _ in 1.6e9 * (number < 2 ? 0.6 : 1) }, noise: 0.1)
        #expect(Self.run(line, seconds: 30).bytes > 0.98 * 30 * 1.6e9)
    }

    @Test("who asks to slow down gets half at once, and nothing higher for a minute, then for two")
    func throttle() {
        let outcome = Self.run(Line(bytes: Line.perConnection(5), throttle: 6), seconds: 300)
        let first = outcome.throttled[0]
        #expect(outcome.throttled.count <= 3)
        #expect(outcome.numbers(from: first, to: first + 60).allSatisfy { $0 == 4 })
        #expect(outcome.numbers(from: first + 60, to: first + 62.5).contains(5))
        #expect(outcome.numbers(from: outcome.throttled[1], to: outcome.throttled[1] + 120).allSatisfy { $0 == 3 })
    }

    @Test("many at one time are reached by doublings, so a throttle at 64 is met once, from below")
    func farThrottle() {
        let outcome = Self.run(Line(most: 200, bytes: Line.perConnection(1), throttle: 63), seconds: 50)
        #expect(outcome.throttled.count == 1)
        #expect(outcome.numbers.max() == 64)
        #expect(outcome.settled?.number == 32)
        #expect(outcome.settled?.quietUntil.map { $0 > 50 } == true)
    }

    @Test("when conditions change midway, it finds the new best")
    func change() {
        let line = Line(bytes: { number, time in time < 60 ? 12.5e6 : 5e6 * Double(number) })
        let outcome = Self.run(line, seconds: 120)
        #expect(outcome.numbers(from: 50, to: 60).filter { $0 <= 4 }.count > 250)
        #expect(outcome.settled?.number == 10)
        #expect(outcome.numbers(from: 90).filter { $0 == 10 }.count > outcome.numbers(from: 90).count * 8 / 10)
    }

    @Test("a slow input does not make it rise: places that nobody fills tell nothing")
    func slowInput() {
        let outcome = Self.run(Line(bytes: Line.perConnection(5), connections: { min($0, 2) }), seconds: 120)
        #expect(outcome.numbers.allSatisfy { $0 == 4 })
    }

    @Test("a higher number that is not reached, for lack of records, is given up")
    func unreached() {
        let outcome = Self.run(Line(bytes: Line.perConnection(5), connections: { min($0, 4) }), seconds: 60)
        #expect(outcome.numbers.contains(8))
        #expect(outcome.settled.map { $0.number <= 4 } == true)
    }

    @Test("while something else limits the run, such as a rate limit, it tries nothing and has found nothing")
    func limited() {
        let outcome = Self.run(Line(bytes: Line.capped(5), tells: false), seconds: 60)
        #expect(outcome.numbers.allSatisfy { $0 == 4 })
        #expect(outcome.settled == nil)
    }

    @Test("a number that was not compared is not found, and what an earlier run has found stays so")
    func found() {
        #expect(Self.run(Line(bytes: Line.perConnection(5), connections: { min($0, 2) }), seconds: 60).settled == nil)
        let brief = Line(bytes: Line.perConnection(5), earlier: SettledJobs(number: 7, quietUntil: nil))
        #expect(Self.run(brief, seconds: 0.5).settled == SettledJobs(number: 7, quietUntil: nil))
    }

    @Test("a run begins with what an earlier one has settled on, and as quiet")
    func earlier() {
        let line = Line(bytes: Line.perConnection(5), earlier: SettledJobs(number: 7, quietUntil: 30))
        let outcome = Self.run(line, seconds: 60)
        #expect(outcome.numbers(from: 0, to: 30).allSatisfy { $0 == 7 })
        #expect(outcome.numbers(from: 30).contains(8))
    }
}
