import POSIX
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1))) struct OrderedWorkersTests {
    @Test("what is made comes in the order in which its tasks were begun", arguments: [1, 2, 4])
    func order(threads: Int) {
        let workers = OrderedWorkers<Int, Int>(threads: threads) { { $0 * 2 } }
        var made: [Int] = []
        for task in 0..<1000 {
            workers.begin(task)
            if workers.underWay == 8 { made.append(workers.next()) }
        }
        while workers.underWay > 0 { made.append(workers.next()) }
        #expect(made == (0..<1000).map { $0 * 2 })
    }

    @Test("who waits for a product works as well: two tasks that wait for each other end with one thread besides")
    func callerWorks() {
        let others = Atomic(0)
        let workers = OrderedWorkers<Int, Int>(threads: 2) {
            { task in
                others.add(1, ordering: .sequentiallyConsistent)
                while others.load(ordering: .sequentiallyConsistent) < 2 {}
                return task
            }
        }
        workers.begin(0)
        workers.begin(1)
        #expect([workers.next(), workers.next()] == [0, 1])
    }

    @Test("each thread makes its work once, and nothing runs on when all is dropped")
    func once() {
        let made = Shared()
        do {
            let workers = OrderedWorkers<Int, Int>(threads: 3) {
                made.count.add(1, ordering: .sequentiallyConsistent)
                return { $0 }
            }
            for task in 0..<30 { workers.begin(task) }
            while workers.underWay > 10 { _ = workers.next() }
        }
        #expect((2...3).contains(made.count.load(ordering: .sequentiallyConsistent)))
    }
}

private final class Shared: Sendable {
    let count = Atomic(0)
}
