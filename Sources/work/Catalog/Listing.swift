internal import NDJSON
internal import Records

/// What a store says that it has: objects by key, in a listing of `aws s3api list-objects-v2` or `rclone lsjson`, or
/// whatever else a catalogue can be read from. A million entries with keys of 45 bytes take about 110 bytes each.
package final class Listing {
    private struct Entry: BitwiseCopyable {
        var size: Int64
        var etag: PackedETag
        var isInCatalog = false
    }

    private var keys = PathTable()
    private var entries = BlockArray<Entry>()
    /// The ETags that do not fit into an entry.
    private var oddETags: [Int: [UInt8]] = [:]
    /// Entries of which the catalogue has a record.
    private var known = 0
    /// The entry after the one that was asked for last: listings are in order of their keys, and catalogues mostly too,
    /// so it often is the next one, and a comparison finds that out without a hash and a look into the table.
    private var guess = 0
    // Used again for each entry.
    private var key: [UInt8] = []
    private var etag: [UInt8] = []

    /// Whether every entry was good.
    package private(set) var isClean = true

    /// Reads a listing to its end.
    ///
    /// - Parameter say: takes the messages about lines that are not entries.
    package init(_ input: CatalogInput, say: @escaping (String) -> Void) throws(CatalogError) {
        let source = try input.source(ReadOptions())
        var messages = RowMessages(source.name, say)
        while try source.advance(beforeReading: {}) {
            do throws(RecordError) { try append(source, &messages) } catch {
                messages.add(source.rowName, error.message)
            }
        }
        messages.finish()
        isClean = messages.count == 0
    }

    private func append(_ entry: any RowSource, _ messages: inout RowMessages) throws(RecordError) {
        try entry.check()
        key.removeAll(keepingCapacity: true)
        etag.removeAll(keepingCapacity: true)
        guard try entry.append(.key, to: &key) else { throw RecordError("'key' is missing") }
        // A folder is not an object, though both kinds of listing show it.
        if try entry.isFolder() { return }
        if key.last == UInt8(ascii: "/") { return }
        var size: Int64?
        do throws(RecordError) { size = try entry.integer(.size) } catch {
            messages.passOver(Column.size.name, of: entry.rowName, error.reason)
        }
        do throws(RecordError) {
            if try !entry.append(.etag, to: &etag) { etag.removeAll(keepingCapacity: true) }
        } catch {
            etag.removeAll(keepingCapacity: true)
            messages.passOver(Column.etag.name, of: entry.rowName, error.reason)
        }
        add(key, size: size, etag: etag.isEmpty ? nil : etag)
    }

    /// Of a key that is there twice the last entry counts.
    private func add(_ key: [UInt8], size: Int64?, etag: [UInt8]?) {
        let number = key.withUnsafeBytes { keys.insert($0) }
        let packed = etag.map { PackedETag($0) } ?? PackedETag.absent
        if packed == nil { oddETags[number] = etag }
        let entry = Entry(size: size ?? -1, etag: packed ?? .absent)
        if number == entries.count { entries.append(entry) } else { entries[number] = entry }
    }

    /// What the store has under a key, which counts as one of the catalogue from now on.
    func object(_ key: [UInt8]) -> ListedObject? {
        guard let number = key.withUnsafeBytes({ number(of: $0) }) else { return nil }
        guess = number + 1
        if !entries[number].isInCatalog { known += 1 }
        entries[number].isInCatalog = true
        return object(number)
    }

    private func number(of key: UnsafeRawBufferPointer) -> Int? {
        guess < keys.count && keys.isPath(guess, key) ? guess : keys.number(of: key)
    }

    private func object(_ number: Int) -> ListedObject {
        let entry = entries[number]
        return ListedObject(
            size: entry.size < 0 ? nil : entry.size, etag: oddETags[number] ?? entry.etag.text)
    }

    /// How many objects no record of the catalogue names.
    var extraCount: Int { entries.count - known }

    /// Shows the objects that no record of the catalogue names.
    func forEachExtra(
        _ body: (_ key: UnsafeRawBufferPointer, ListedObject) throws(CatalogError) -> Void
    ) throws(CatalogError) {
        for number in 0..<entries.count where !entries[number].isInCatalog {
            let result = keys.withPath(number) { key in
                Result { () throws(CatalogError) in try body(key, object(number)) }
            }
            try result.get()
        }
    }
}

/// An ETag of S3: the hexadecimal digits of an MD5 in quotes, perhaps with the number of parts after a hyphen.
private struct PackedETag: BitwiseCopyable, Equatable {
    private var digits: (UInt64, UInt64)
    /// -1: no ETag; 0: of one part.
    private var parts: Int32

    static let absent = PackedETag(digits: (0, 0), parts: -1)

    private init(digits: (UInt64, UInt64), parts: Int32) {
        self.digits = digits
        self.parts = parts
    }

    /// Nil for any other.
    init?(_ etag: [UInt8]) {
        guard etag.count >= 34, etag.first == Self.quote, etag.last == Self.quote,
            let high = Self.number(etag[1..<17]), let low = Self.number(etag[17..<33]),
            let parts = Self.parts(etag[33..<(etag.count - 1)])
        else { return nil }
        self.init(digits: (high, low), parts: parts)
    }

    var text: [UInt8]? {
        guard parts >= 0 else { return nil }
        var text: [UInt8] = []
        text.reserveCapacity(34)
        text.append(Self.quote)
        Self.append(digits.0, to: &text)
        Self.append(digits.1, to: &text)
        if parts > 0 {
            text.append(UInt8(ascii: "-"))
            text.append(decimal: Int64(parts))
        }
        text.append(Self.quote)
        return text
    }

    static func == (left: Self, right: Self) -> Bool { left.digits == right.digits && left.parts == right.parts }

    private static var quote: UInt8 { UInt8(ascii: "\"") }

    // By hand, as each entry comes by here twice: by way of strings it was a quarter of a listing's time.

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var number: UInt64 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): number = number << 4 | UInt64(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): number = number << 4 | UInt64(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return number
    }

    private static func append(_ number: UInt64, to text: inout [UInt8]) {
        for shift in stride(from: 60, through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15
            text.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }

    /// Nil for what is written in another way than `text` has it.
    private static func parts(_ rest: ArraySlice<UInt8>) -> Int32? {
        if rest.isEmpty { return 0 }
        guard let parts = Int32(String(decoding: rest.dropFirst(), as: UTF8.self)), parts > 0,
            rest.elementsEqual("-\(parts)".utf8)
        else { return nil }
        return parts
    }
}

/// What a store's listing says of an object.
package struct ListedObject: Equatable {
    package let size: Int64?
    /// As the store answers it, with its quotation marks.
    package let etag: [UInt8]?

    /// The columns that it replaces, a bit for each.
    var replaced: UInt64 {
        (size == nil ? 0 : Column.size.bit) | (etag == nil ? 0 : Column.etag.bit)
    }

    func write(to output: inout LineBuffer) {
        if let size { output.add(Column.size.label, size) }
        if let etag { output.add(Column.etag.label, utf8: etag) }
    }
}
