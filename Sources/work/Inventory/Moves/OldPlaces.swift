internal import Glibc
internal import NDJSON
internal import POSIX
internal import Records

/// Where the files of records were put, by an earlier catalogue and by results: for each place the record that it was
/// told of last. A place is found again by the record's `segment_id` and by its `key`.
struct OldPlaces: ~Copyable {
    /// A number in `names`; nothing where the line has no such field.
    typealias Name = Int32
    static var nameless: Name { -1 }

    /// Whose file a place has.
    struct Owner: BitwiseCopyable {
        var segment = OldPlaces.nameless
        var key = OldPlaces.nameless
        /// When that was told, in Unix seconds; 0 by a catalogue, less for an alias of one.
        var time = -2.0
        /// The next place of the same segment, and of the same key.
        var nextOfSegment: Int32 = -1
        var nextOfKey: Int32 = -1
    }

    private var places = PathTable()
    private var owners = BlockArray<Owner>()
    private var names = PathTable()
    /// By number of the name.
    private var firstPlaces: [Int32] = []
    /// What results say of the file at a place, as it is written there.
    private var told: [Int: [(Field, value: [UInt8])]] = [:]
    private let line = LineScanner<Field>()

    /// What a result says of a file beside its size.
    private static let facts: [Field] = [.etag, .modified, .md5, .sha256]

    /// The segment and the key of a line, as they are told from others.
    mutating func names(of line: LineScanner<Field>) -> (segment: Name, key: Name) {
        let segment = line.raw(.segmentID).map { number(of: [UInt8(ascii: "s")] + $0) }
        let key = line.text(ifAny: .key).map { number(of: [UInt8(ascii: "k")] + $0) }
        return (segment ?? Self.nameless, key ?? Self.nameless)
    }

    private mutating func number(of name: [UInt8]) -> Name { Name(name.withUnsafeBytes { names.insert($0) }) }

    /// Reads a catalogue by whose paths and aliases files may have been put. Its bad lines were told when it was made.
    mutating func read(catalog: inout LineFile) throws(SystemError) {
        while let raw = try catalog.next() {
            guard line.accepts(raw), let path = line.string(ifAny: .path) else { continue }
            enter(path, at: 0)
            for alias in line.strings(ifAny: .aliases) ?? [] { enter(alias, at: -1) }
        }
    }

    /// Reads results. One that says that a file is there, or was begun, tells whose the place is.
    mutating func read(results: inout LineFile) throws(SystemError) {
        while let raw = try results.next() {
            guard line.accepts(raw), let status = line.string(ifAny: .status).flatMap({ Status(rawValue: $0) }),
                let path = line.string(ifAny: status == .skipped && line.has(.found) ? .found : .path)
            else { continue }
            switch status {
            case .success, .skipped, .failed: enter(path, at: time, isThere: status != .failed)
            case .queued, .dropped: continue
            }
        }
    }

    /// When the line was written, or a millisecond after what its writer knew; nil where it does not say.
    private var time: Double? {
        let known = line.number(ifAny: .knownAt).map { $0 + 0.001 }
        guard let written = line.number(ifAny: .finishedAt) else { return known }
        return max(written, known ?? 0)
    }

    /// - Parameter time: nil: it follows the lines before it.
    private mutating func enter(_ path: String, at time: Double?, isThere: Bool = true) {
        let place = Array(path.utf8).withUnsafeBytes { places.insert($0) }
        if place == owners.count { owners.append(Owner()) }
        let before = owners[place]
        let names = names(of: line)
        // A mark, or a line of another program, may name neither.
        guard names.segment != Self.nameless || names.key != Self.nameless, time ?? before.time >= before.time else {
            return
        }
        // A failure says nothing of whose a file is that was there before.
        guard isThere || before.time <= 0 else { return }
        owners[place] = Owner(segment: names.segment, key: names.key, time: isThere ? time ?? max(0, before.time) : 0)
        let facts = Self.facts.compactMap { field in line.raw(field).map { (field, Array($0)) } }
        told[place] = isThere && !facts.isEmpty ? facts : nil
    }

    /// Called after the last line: from now on the places of a record can be asked for.
    mutating func index() {
        firstPlaces = Array(repeating: -1, count: names.count)
        for place in 0..<owners.count {
            var owner = owners[place]
            if owner.segment != Self.nameless {
                owner.nextOfSegment = firstPlaces[Int(owner.segment)]
                firstPlaces[Int(owner.segment)] = Int32(place)
            }
            if owner.key != Self.nameless {
                owner.nextOfKey = firstPlaces[Int(owner.key)]
                firstPlaces[Int(owner.key)] = Int32(place)
            }
            owners[place] = owner
        }
    }

    /// The places of a segment, or of a key.
    func places(of name: Name, _ next: KeyPath<Owner, Int32>) -> [Int] {
        var found: [Int] = []
        guard name != Self.nameless, Int(name) < firstPlaces.count else { return found }
        var place = firstPlaces[Int(name)]
        while place >= 0 {
            found.append(Int(place))
            place = owners[Int(place)][keyPath: next]
        }
        return found
    }

    func owner(of place: Int) -> Owner { owners[place] }

    /// Nil where nothing was ever told of it.
    func place(_ path: String) -> Int? { Array(path.utf8).withUnsafeBytes { places.number(of: $0) } }

    func path(of place: Int) -> String { places.withPath(place) { String(decoding: $0, as: UTF8.self) } }

    /// Adds to an open line what a result said of the file, as far as the record does not say it.
    func addFacts(of place: Int, beside record: LineScanner<Field>, to buffer: inout LineBuffer) {
        for (field, value) in told[place] ?? [] where !record.has(field) {
            value.withUnsafeBytes { buffer.add(field, raw: $0) }
        }
    }
}
