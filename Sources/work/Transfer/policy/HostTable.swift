/// Values by origin. Most lines are for the host of the line before, so the value that changed last is looked at first:
/// a dozen lookups for each file cost 7,000 instructions by their hashes alone.
struct HostTable<Value> {
    private var entries: [(origin: String, value: Value)] = []
    private var places: [String: Int] = [:]
    /// The entry that changed last.
    private var last = 0

    private func place(of origin: String) -> Int? {
        if last < entries.count, entries[last].origin == origin { return last }
        return places[origin]
    }

    subscript(origin: String) -> Value? { place(of: origin).map { entries[$0].value } }

    subscript(origin: String, default initial: @autoclosure () -> Value) -> Value {
        get { self[origin] ?? initial() }
        _modify {
            last = place(of: origin) ?? add(origin, initial())
            yield &entries[last].value
        }
    }

    private mutating func add(_ origin: String, _ value: Value) -> Int {
        entries.append((origin, value))
        places[origin] = entries.count - 1
        return entries.count - 1
    }

    /// Whether there is a value, and one that is meant; it is not copied.
    func has(_ origin: String, where isMeant: (borrowing Value) -> Bool = { _ in true }) -> Bool {
        place(of: origin).map { isMeant(entries[$0].value) } ?? false
    }

    var count: Int { entries.count }

    var isEmpty: Bool { entries.isEmpty }

    /// In the order in which they came.
    var origins: some Collection<String> { entries.lazy.map(\.origin) }

    mutating func changeAll(_ change: (inout Value) -> Void) {
        for place in entries.indices { change(&entries[place].value) }
    }
}

extension HostTable: Sequence {
    func makeIterator() -> IndexingIterator<[(origin: String, value: Value)]> { entries.makeIterator() }
}

extension HostTable: Equatable where Value: Equatable {
    /// Whatever the order in which they came.
    static func == (one: Self, other: Self) -> Bool {
        one.count == other.count && one.allSatisfy { other[$0.origin] == $0.value }
    }
}

extension HostTable: Sendable where Value: Sendable {}
