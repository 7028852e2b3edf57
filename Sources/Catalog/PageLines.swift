internal import Curl
internal import NDJSON
internal import Records

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
    /// What the page says of the next one; nil behind the last.
    private var link: String?
    /// The pages asked for so far: a server that sends in a circle would never come to an end.
    private var asked: Set<String> = []

    init(_ server: PageServer) {
        self.server = server
        client = PageClient(server)
        page = server.address
        link = page.text
    }

    var unit: String { "page \(asked.count), record" }

    func next(_ name: String, _ beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> RawLine? {
        while true {
            do throws(JSONDocumentError) {
                if let line = try reader.buffered() { return line }
                _ = try reader.fill()
            } catch {
                throw CatalogFailure(document: "\(name): page \(asked.count)", error)
            }
            guard let link else { return nil }
            try beforeReading()
            try turn(to: link)
        }
    }

    private func turn(to link: String) throws(CatalogFailure) {
        page = try address(of: link)
        guard asked.insert(page.text).inserted else {
            throw CatalogFailure("\(page.withoutQuery): page \(asked.count) sends back to an earlier one")
        }
        let body = try client.page(page)
        self.link = try nextLink(body)
        reader = JSONDocumentReader(body)
    }

    private func nextLink(_ body: [UInt8]) throws(CatalogFailure) -> String? {
        do throws(LineError) {
            try scanner.scan(body)
            if let link = try scanner.string(.nextPage) { return link }
            return try linked()
        } catch .notAnObject {
            // An array of records is all that there is.
            return nil
        } catch {
            throw CatalogFailure("\(page.withoutQuery): the answer is no JSON: check the URL, and --token-file")
        }
    }

    private func address(of link: String) throws(CatalogFailure) -> WebAddress {
        guard let next = WebAddress(link, relativeTo: page), next.origin == server.address.origin, !next.hasCredentials
        else {
            throw CatalogFailure(
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
