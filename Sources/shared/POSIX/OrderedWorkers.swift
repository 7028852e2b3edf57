/// Threads that all do the same work, each on tasks of its own, and the caller's among them: while it waits for a
/// product it does a task itself. What is made is given out in the order in which its tasks were begun.
///
/// So there are as many threads as processors, none of them is idle, and none has to be shared by two.
package final class OrderedWorkers<Task: Sendable, Product: Sendable> {
    private let shared = SharedTasks<Task, Product>()
    private let threads: [WorkerThread]
    private let makeWork: () -> (Task) -> Product
    private lazy var work = makeWork()
    private var begun = 0
    private var taken = 0

    /// - Parameters:
    ///   - threads: how many work, the caller's included.
    ///   - makeWork: called once on each thread: what it makes does one task after the other.
    package init(threads: Int, _ makeWork: @escaping @Sendable () -> (Task) -> Product) {
        self.makeWork = makeWork
        let shared = shared
        self.threads = (1..<max(1, threads)).map { _ in
            WorkerThread {
                let work = makeWork()
                while let (number, task) = shared.take() { shared.finish(number, work(task)) }
            }
        }
    }

    /// Waits until the threads have ended; what was begun and not taken is lost.
    deinit {
        shared.end()
        for thread in threads { thread.join() }
    }

    /// Tasks that were begun, and whose product was not taken yet.
    package var underWay: Int { begun - taken }

    package func begin(_ task: Task) {
        shared.begin(begun, task)
        begun += 1
    }

    /// What was made of the oldest task under way.
    package func next() -> Product {
        precondition(underWay > 0)
        defer { taken += 1 }
        while true {
            switch shared.product(taken) {
            case .made(let product): return product
            case .toDo(let number, let task): shared.finish(number, work(task))
            }
        }
    }
}

/// Tasks and products by number.
private final class SharedTasks<Task: Sendable, Product: Sendable>: @unchecked Sendable {
    // All of it is guarded by the lock.
    private let lock = Monitor()
    private let hasTask: Condition
    private let hasProduct: Condition
    private var tasks: [(number: Int, task: Task)] = []
    private var products: [Int: Product] = [:]
    private var hasEnded = false

    enum Next {
        case made(Product)
        case toDo(Int, Task)
    }

    init() { (hasTask, hasProduct) = (Condition(of: lock), Condition(of: lock)) }

    func begin(_ number: Int, _ task: Task) {
        lock.enter()
        tasks.append((number, task))
        hasTask.wakeOne()
        lock.leave()
    }

    /// The oldest task that nobody has taken, once there is one; nil at the end.
    func take() -> (Int, Task)? {
        lock.enter()
        defer { lock.leave() }
        while tasks.isEmpty && !hasEnded { hasTask.wait() }
        return hasEnded ? nil : tasks.removeFirst()
    }

    func finish(_ number: Int, _ product: Product) {
        lock.enter()
        products[number] = product
        hasProduct.wakeOne()
        lock.leave()
    }

    /// The product of this number, or a task to do until it is made; waits where there is neither.
    func product(_ number: Int) -> Next {
        lock.enter()
        defer { lock.leave() }
        while true {
            if let product = products.removeValue(forKey: number) { return .made(product) }
            if !tasks.isEmpty {
                let (number, task) = tasks.removeFirst()
                return .toDo(number, task)
            }
            hasProduct.wait()
        }
    }

    func end() {
        lock.enter()
        hasEnded = true
        hasTask.wakeAll()
        lock.leave()
    }
}
