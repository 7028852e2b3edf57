/// Values by origin. Most lines are for the host of the line before, so the value that changed last is looked at first:
/// a dozen lookups for each file cost 7,000 instructions by their hashes alone.
struct HostTable<Value> {
    /// In the order in which they came.
    private(set) var origins: [String] = []
    /// Those of the origins, in their order.
    private(set) var values: [Value] = []
    private var places: [String: Int] = [:]
    /// The place of the value that changed last.
    private var last = 0

    private func place(of origin: String) -> Int? {
        if last < origins.count, origins[last] == origin { return last }
        return places[origin]
    }

    subscript(origin: String) -> Value? { place(of: origin).map { values[$0] } }

    subscript(origin: String, default initial: @autoclosure () -> Value) -> Value {
        get { self[origin] ?? initial() }
        _modify {
            last = place(of: origin) ?? add(origin, initial())
            yield &values[last]
        }
    }

    private mutating func add(_ origin: String, _ value: Value) -> Int {
        origins.append(origin)
        values.append(value)
        places[origin] = values.count - 1
        return values.count - 1
    }

    /// Whether there is a value, and one that is meant; it is not copied.
    func has(_ origin: String, where isMeant: (borrowing Value) -> Bool = { _ in true }) -> Bool {
        guard let place = place(of: origin) else { return false }
        return isMeant(values[place])
    }

    var count: Int { values.count }

    var isEmpty: Bool { values.isEmpty }

    mutating func changeAll(_ change: (inout Value) -> Void) {
        for place in values.indices { change(&values[place]) }
    }
}

extension HostTable: Sequence {
    struct Iterator: IteratorProtocol {
        fileprivate let table: HostTable
        fileprivate var place = 0

        mutating func next() -> (origin: String, value: Value)? {
            guard place < table.count else { return nil }
            defer { place += 1 }
            return (table.origins[place], table.values[place])
        }
    }

    func makeIterator() -> Iterator { Iterator(table: self) }
}

extension HostTable: Equatable where Value: Equatable {
    /// Whatever the order in which they came.
    static func == (one: Self, other: Self) -> Bool {
        one.count == other.count && one.allSatisfy { other[$0.origin] == $0.value }
    }
}

extension HostTable: Sendable where Value: Sendable {}
