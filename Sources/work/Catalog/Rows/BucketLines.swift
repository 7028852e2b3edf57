internal import Expat
internal import NDJSON
internal import Records

/// The objects of a bucket as `aws s3api list-objects-v2` prints them.
final class BucketLines: JSONLines {
    private let name: String
    private let client: BucketClient
    private var reader = JSONDocumentReader([])
    private var pages = 0
    /// Pages since the last object. Those of a bucket whose versions were all deleted may be empty.
    private var emptyPages = 0
    private var token: String?
    private var isDone = false

    /// A store that always has a next page would never end.
    private static let mostEmptyPages = 1000

    init(_ listing: BucketListing) throws(CatalogError) {
        name = listing.name
        client = try BucketClient(listing)
    }

    var unit: String { "page \(pages), object" }

    func buffered(_ name: String) throws(CatalogError) -> RawLine? {
        do throws(JSONDocumentError) { return try reader.buffered() } catch {
            throw CatalogError(document: "\(name): page \(pages)", error)
        }
    }

    func fill(_ name: String) throws(CatalogError) -> Bool {
        do throws(JSONDocumentError) { _ = try reader.fill() } catch {
            throw CatalogError(document: "\(name): page \(pages)", error)
        }
        guard !isDone else { return false }
        let page = try client.page(token)
        pages += 1
        emptyPages = page.rows.isEmpty ? emptyPages + 1 : 0
        guard emptyPages < Self.mostEmptyPages else {
            throw CatalogError("\(name): \(emptyPages) pages one after the other have no object: check --endpoint")
        }
        guard page.next == nil || page.next != token else {
            throw CatalogError("\(name): page \(pages) leads back to itself: check --endpoint")
        }
        (token, isDone) = (page.next, page.next == nil)
        reader = JSONDocumentReader(page.rows)
        return true
    }
}

/// One answer of `ListObjectsV2`.
struct BucketPage {
    /// Its objects as JSON, one after the other.
    let rows: [UInt8]
    /// What the next page is asked for with; nil for the last one.
    let next: String?

    private enum Name: UInt8, FieldName {
        case key, lastModified, etag, size, storageClass

        static let names = ["Key", "LastModified", "ETag", "Size", "StorageClass"]
    }

    private typealias Entry = [String: [UInt8]]

    /// Nil where it is not such an answer, or not all of it.
    init?(_ document: [UInt8]) {
        guard let events = try? XMLDocument.events(document) else { return nil }
        var open: [String] = []
        var entries: [Entry] = []
        var page: Entry = [:]
        var text: [UInt8] = []
        for event in events {
            switch event {
            case .start(let name):
                open.append(name)
                text.removeAll(keepingCapacity: true)
                if open.count == 2, name == "Contents" { entries.append([:]) }
            case .text(let piece): text += piece
            case .end(let name):
                if open.count == 3, open[1] == "Contents" { entries[entries.count - 1][name] = text }
                if open.count == 2 { page[name] = text }
                if open.count == 1, name != "ListBucketResult" { return nil }
                open.removeLast()
            }
        }
        func string(_ name: String) -> String { String(decoding: page[name] ?? [], as: UTF8.self) }
        let isTruncated = string("IsTruncated") == "true"
        guard page["IsTruncated"] != nil, !isTruncated || page["NextContinuationToken"] != nil else { return nil }
        next = isTruncated ? string("NextContinuationToken") : nil
        let isEncoded = string("EncodingType") == "url"
        var lines = LineBuffer()
        for entry in entries { Self.write(entry, isEncoded: isEncoded, to: &lines) }
        rows = Array(lines.bytes)
    }

    private static func write(_ entry: Entry, isEncoded: Bool, to lines: inout LineBuffer) {
        lines.open()
        if let key = entry["Key"] { lines.add(Name.key, utf8: isEncoded ? decoded(key) : key) }
        // As AWS's command writes it.
        if let time = entry["LastModified"].map({ String(decoding: $0, as: UTF8.self) }) {
            let whole = time.prefix { $0 != "." && $0 != "Z" }
            lines.add(Name.lastModified, time.hasSuffix("Z") ? "\(whole)+00:00" : time)
        }
        if let etag = entry["ETag"] { lines.add(Name.etag, utf8: etag) }
        if let size = entry["Size"].flatMap({ Int64(String(decoding: $0, as: UTF8.self)) }) {
            lines.add(Name.size, size)
        }
        if let storage = entry["StorageClass"] { lines.add(Name.storageClass, utf8: storage) }
        lines.close()
    }

    /// A space is a `+` to S3, and a `+` is escaped.
    private static func decoded(_ key: [UInt8]) -> [UInt8] {
        Array(PercentDecoded(key.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }))
    }
}
