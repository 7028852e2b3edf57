/// What is said about rows that give no record: each of the first few, then how many more.
struct Complaints {
    private static let listed = 20

    private let source: String
    private let say: (String) -> Void
    private(set) var count = 0

    init(_ source: String, _ say: @escaping (String) -> Void) {
        self.source = source
        self.say = say
    }

    /// Whether the next one will be told in full.
    var isListing: Bool { count < Self.listed }

    mutating func add(_ row: String, _ problem: String) {
        if isListing { tell("\(row): \(problem)") }
        count += 1
    }

    /// Says something about the source as a whole.
    func tell(_ message: String) { say("\(source): \(message)") }

    func finish() {
        if count > Self.listed { tell("\(counted(count - Self.listed, "more bad row")), not listed") }
    }
}
