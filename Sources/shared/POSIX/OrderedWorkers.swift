/// Threads that all do the same work, each on tasks of its own. What they make is given out in the order in which its
/// tasks were begun.
///
/// The tasks are dealt out in turn: that suits work of which a task takes about as long as the next.
package final class OrderedWorkers<Task: Sendable, Product: Sendable> {
    private let workers: [Worker<Task, Product>]
    private var begun = 0
    private var taken = 0

    /// - Parameter makeWork: called once on each thread: what it makes does one task after the other.
    package init(threads: Int, _ makeWork: @escaping @Sendable () -> (Task) -> Product) {
        workers = (0..<threads).map { _ in Worker(makeWork) }
    }

    /// Waits until the threads have ended; what was begun and not taken is lost.
    deinit { for worker in workers { worker.end() } }

    /// Tasks that were begun, and whose product was not taken yet.
    package var underWay: Int { begun - taken }

    package func begin(_ task: Task) {
        workers[begun % workers.count].begin(task)
        begun += 1
    }

    /// What was made of the oldest task under way; waits for it.
    package func next() -> Product {
        precondition(underWay > 0)
        defer { taken += 1 }
        return workers[taken % workers.count].next()
    }
}

private final class Worker<Task: Sendable, Product: Sendable> {
    private let tasks = Mailbox<Task?>()
    private let products = Mailbox<Product>()
    /// Those that have come, the latest first.
    private var arrived: [Product] = []
    private let thread: WorkerThread

    init(_ makeWork: @escaping @Sendable () -> (Task) -> Product) {
        let (tasks, products) = (tasks, products)
        thread = WorkerThread {
            let work = makeWork()
            while true {
                for task in tasks.take() {
                    guard let task else { return }
                    products.put(work(task))
                }
            }
        }
    }

    func begin(_ task: Task) { tasks.put(task) }

    func next() -> Product {
        if arrived.isEmpty { arrived = products.take().reversed() }
        return arrived.removeLast()
    }

    func end() {
        tasks.put(nil)
        thread.join()
    }
}
