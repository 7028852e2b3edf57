internal import NDJSON
internal import POSIX

/// One way in which JSON texts stand in a file.
protocol JSONLines: AnyObject {
    /// What messages count in: lines, or records where a line holds many or none.
    var unit: String { get }

    /// - Parameter name: the source's, for messages.
    func next(_ name: String, _ beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> RawLine?
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

    func next(_ name: String, _ beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> RawLine? {
        while true {
            if let line = reader.buffered() { return line }
            try beforeReading()
            do throws(SystemError) {
                guard try reader.fill() else { return nil }
            } catch {
                throw CatalogFailure(reading: name, error)
            }
        }
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

    func next(_ name: String, _ beforeReading: () throws(CatalogFailure) -> Void) throws(CatalogFailure) -> RawLine? {
        while true {
            if let line = try read(name, { () throws(JSONDocumentError) in try reader.buffered() }) { return line }
            try beforeReading()
            guard try read(name, { () throws(JSONDocumentError) in try reader.fill() }) else { return nil }
        }
    }

    private func read<Value>(
        _ name: String, _ body: () throws(JSONDocumentError) -> Value
    ) throws(CatalogFailure) -> Value {
        do throws(JSONDocumentError) {
            return try body()
        } catch {
            throw CatalogFailure(document: name, error)
        }
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
