internal import NDJSON
internal import POSIX

/// One way in which JSON texts stand in a source.
///
/// `name` is the source's, for messages.
protocol JSONLines: AnyObject {
    /// What messages count in: lines, or records where a line holds many or none.
    var unit: String { get }

    /// The next text that is at hand. Nil: `fill` has to be called, which may block.
    func buffered(_ name: String) throws(CatalogFailure) -> RawLine?

    /// Reads once more. False at the end.
    func fill(_ name: String) throws(CatalogFailure) -> Bool
}

extension JSONLines {
    /// The next text; nil behind the last.
    func next(_ name: String, _ beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> RawLine? {
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

    func fill(_ name: String) throws(CatalogFailure) -> Bool {
        do throws(SystemError) { return try reader.fill() } catch { throw CatalogFailure(reading: name, error) }
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

    func buffered(_ name: String) throws(CatalogFailure) -> RawLine? {
        do throws(JSONDocumentError) { return try reader.buffered() } catch {
            throw CatalogFailure(document: name, error)
        }
    }

    func fill(_ name: String) throws(CatalogFailure) -> Bool {
        do throws(JSONDocumentError) { return try reader.fill() } catch { throw CatalogFailure(document: name, error) }
    }
}

extension CatalogFailure {
    init(document name: String, _ error: JSONDocumentError) {
        switch error {
        case .system(let error): self.init(reading: name, error)
        case .cutOff(let record):
            self.init("\(name): the JSON ends in the midst of record \(record), get the whole of it")
        case .foreign(let record):
            let place = record == 0 ? "at the start" : "behind record \(record)"
            self.init("\(name): no JSON object \(place), check it with 'jq -c .'")
        }
    }

    init(reading name: String, _ error: SystemError) { self.init("\(name): cannot read: \(error.reason)") }
}
