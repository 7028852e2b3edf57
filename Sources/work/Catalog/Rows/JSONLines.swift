internal import Curl
internal import NDJSON
internal import POSIX
internal import Records

/// One way in which JSON texts are arranged in a source.
///
/// `name` is the source's, for messages.
protocol JSONLines: AnyObject {
    /// What messages count in: lines, or records where a line has many or none.
    var unit: String { get }

    /// The next text that is in memory. Nil: `fill` has to be called, which may block.
    func buffered(_ name: String) throws(CatalogError) -> RawLine?

    /// Reads once more. False at the end.
    func fill(_ name: String) throws(CatalogError) -> Bool
}

extension JSONLines {
    /// The next text; nil after the last.
    func next(_ name: String, _ beforeReading: () throws(CatalogError) -> Void) throws(CatalogError) -> RawLine? {
        while true {
            if let line = try buffered(name) { return line }
            try beforeReading()
            guard try fill(name) else { return nil }
        }
    }
}

/// A JSON text on each line.
final class SeparateLines: JSONLines {
    let unit = "line"
    private let file: File
    private var reader: LineReader

    init(_ file: File, after head: [UInt8]) {
        self.file = file
        reader = LineReader(file.descriptor, after: head)
    }

    func buffered(_ name: String) -> RawLine? { reader.buffered() }

    func fill(_ name: String) throws(CatalogError) -> Bool {
        do throws(SystemError) { return try reader.fill() } catch { throw CatalogError(reading: name, error) }
    }
}

/// One JSON text over many lines, or several.
final class DocumentLines: JSONLines {
    let unit = "record"
    private let file: File
    private var reader: JSONDocumentReader

    init(_ file: File, after head: [UInt8]) {
        self.file = file
        reader = JSONDocumentReader(file.descriptor, after: head)
    }

    func buffered(_ name: String) throws(CatalogError) -> RawLine? {
        do throws(JSONDocumentError) { return try reader.buffered() } catch {
            throw CatalogError(document: name, error)
        }
    }

    func fill(_ name: String) throws(CatalogError) -> Bool {
        do throws(JSONDocumentError) { return try reader.fill() } catch { throw CatalogError(document: name, error) }
    }
}

extension CatalogError {
    init(document name: String, _ error: JSONDocumentError) {
        switch error {
        case .system(let error): self.init(reading: name, error)
        case .cutOff(let record):
            self.init("\(name): the JSON ends in the middle of record \(record): get the whole of it")
        case .foreign(let record):
            let place = record == 0 ? "at the start" : "after record \(record)"
            self.init("\(name): no JSON object \(place), check it with 'jq -c .'")
        }
    }

    init(reading name: String, _ error: SystemError) { self.init("\(name): cannot read: \(error.reason)") }
}

/// The records of a server's pages. The next page is where Laravel says it: in `next_page_url`, or in `links.next`.
final class PageLines: JSONLines {
    private enum Name: UInt8, FieldName {
        case nextPage, links, next

        static let names = ["next_page_url", "links", "next"]
    }

    private let server: PageServer
    private let client: PageClient
    private let scanner = LineScanner<Name>()
    private var reader = JSONDocumentReader([])
    private var page: WebAddress
    /// What the page says of the next one; nil after the last.
    private var link: String?
    /// The pages asked for so far: a server whose pages lead in a circle would never end.
    private var asked: Set<String> = []
    /// Pages since the last record.
    private var emptyPages = 0

    /// A server that always has a next page would never end either.
    private static let mostEmptyPages = 20

    init(_ server: PageServer) {
        self.server = server
        client = PageClient(server)
        page = server.address
        link = page.text
    }

    var unit: String { "page \(asked.count), record" }

    func buffered(_ name: String) throws(CatalogError) -> RawLine? {
        do throws(JSONDocumentError) {
            let line = try reader.buffered()
            if line != nil { emptyPages = 0 }
            return line
        } catch {
            throw CatalogError(document: "\(name): page \(asked.count)", error)
        }
    }

    func fill(_ name: String) throws(CatalogError) -> Bool {
        do throws(JSONDocumentError) {
            // Nothing comes after a page that is in memory, but it may be cut off.
            _ = try reader.fill()
        } catch {
            throw CatalogError(document: "\(name): page \(asked.count)", error)
        }
        guard let link else { return false }
        try turn(to: link)
        return true
    }

    private func turn(to link: String) throws(CatalogError) {
        guard emptyPages < Self.mostEmptyPages else {
            throw CatalogError(
                "\(page.withoutQuery): \(emptyPages) pages one after the other have no record: check the URL")
        }
        page = try address(of: link)
        guard asked.insert(page.text).inserted else {
            throw CatalogError("\(page.withoutQuery): page \(asked.count) leads back to an earlier one")
        }
        let body = try client.page(page)
        emptyPages += 1
        self.link = try nextLink(body)
        reader = JSONDocumentReader(body)
    }

    private func nextLink(_ body: [UInt8]) throws(CatalogError) -> String? {
        do throws(LineError) {
            try scanner.scan(body)
            if let link = try scanner.string(.nextPage) { return link }
            return try linked()
        } catch .notAnObject {
            // An array of records is all that there is.
            return nil
        } catch {
            throw CatalogError("\(page.withoutQuery): the answer is not JSON: check the URL, and --token-file")
        }
    }

    private func address(of link: String) throws(CatalogError) -> WebAddress {
        guard let next = WebAddress(link, relativeTo: page), next.origin == server.address.origin, !next.hasCredentials
        else {
            throw CatalogError(
                "\(page.withoutQuery): its next page is not on '\(server.address.origin)' and is not followed: "
                    + "set the application's own URL (APP_URL)")
        }
        return next
    }

    /// `links.next`; of the other kind of pages, `links` is an array for people.
    private func linked() throws(LineError) -> String? {
        guard scanner.fields.kind(Name.links.rawValue) == .object, let links = scanner.raw(.links) else { return nil }
        try scanner.scan([UInt8](links))
        return try scanner.string(.next)
    }
}
