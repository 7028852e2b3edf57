internal import POSIX

/// An answer before it is sent: a value, so that a fault can change it.
package struct OriginAnswer {
    /// How an answer goes out. A count is a number of bytes of the body.
    package enum Ending: Equatable, Sendable {
        case complete
        /// The connection is closed after this many bytes, whatever was promised.
        case close(after: Int64)
        /// Nothing more comes after this many bytes, and the connection stays open until the client leaves.
        case stall(after: Int64)
        /// The connection is reset after this many bytes; with nil, instead of an answer.
        case reset(after: Int64?)
    }

    package enum Framing: Equatable, Sendable {
        case contentLength, chunked
        /// No length: the body ends with the connection, as in HTTP/1.0.
        case close
    }

    package var status: Int
    package var headers = Headers()
    package var source: any ByteSource
    /// Which bytes of the source are the body.
    package var range: Range<Int64>
    package var framing = Framing.contentLength
    package var ending = Ending.complete
    /// Bytes a second of this answer; nil for as fast as the connection may be.
    package var rate: Double?

    package init(status: Int, source: any ByteSource, range: Range<Int64>) {
        self.status = status
        self.source = source
        self.range = range
    }

    package init(status: Int, type: String, text: String) {
        self.init(status: status, type: type, bytes: Array(text.utf8))
    }

    package init(status: Int, type: String, bytes: [UInt8]) {
        self.init(status: status, source: BytesInMemory(bytes), range: 0..<Int64(bytes.count))
        headers["Content-Type"] = type
    }

    package var bodySize: Int64 { range.upperBound - range.lowerBound }
}

extension OriginAnswer {
    /// What a store that is in order answers: the object, a part of it, or that there is no such part.
    init(_ object: any OriginObject, for request: OriginRequest) {
        guard !request.knows(object) else {
            self.init(status: 304, source: object, range: 0..<0)
            describe(object)
            return
        }
        let range = request.appliesRange(to: object) ? request.range : nil
        guard let range else {
            self.init(status: 200, source: object, range: 0..<object.size)
            describe(object)
            return
        }
        guard let part = range.resolved(size: object.size) else {
            self = .invalidRange(size: object.size)
            return
        }
        self.init(status: 206, source: object, range: part)
        describe(object)
        headers["Content-Range"] = Self.contentRange(part, of: object.size)
    }

    static func contentRange(_ part: Range<Int64>, of size: Int64) -> String {
        "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(size)"
    }

    private mutating func describe(_ object: any OriginObject) {
        headers["Content-Type"] = object.contentType
        headers["Last-Modified"] = HTTPDateText.text(object.lastModified)
        headers["ETag"] = object.etag
        headers["Accept-Ranges"] = "bytes"
    }
}

extension OriginRequest {
    /// Whether the client has the object already: where it names an ETag, its time does not matter (RFC 9110, 13.2.2).
    fileprivate func knows(_ object: any OriginObject) -> Bool {
        if let ifNoneMatch {
            let tags = ifNoneMatch.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
            return tags.contains { $0 == "*" || $0 == object.etag || $0 == "W/" + object.etag }
        }
        return ifModifiedSince == HTTPDateText.text(object.lastModified)
    }

    /// Whether the object is still the one that `If-Range` names. A date has to be the very same, as nginx has it.
    fileprivate func appliesRange(to object: any OriginObject) -> Bool {
        guard let ifRange else { return true }
        return ifRange == object.etag || ifRange == HTTPDateText.text(object.lastModified)
    }
}

/// Bytes that are there already.
struct BytesInMemory: ByteSource {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) {
        buffer.copyBytes(from: bytes[Int(offset)...].prefix(buffer.count))
    }
}

/// Header fields in their order.
package struct Headers: Equatable, Sendable {
    private(set) var fields: [(name: String, value: String)] = []

    package init() {}

    /// Sets a field, or takes it away (nil). Names are written the same way everywhere, so they are compared as they
    /// are.
    package subscript(name: String) -> String? {
        get { fields.first { $0.name == name }?.value }
        set {
            fields.removeAll { $0.name == name }
            if let newValue { fields.append((name, newValue)) }
        }
    }

    package static func == (left: Headers, right: Headers) -> Bool {
        left.fields.elementsEqual(right.fields, by: ==)
    }
}

/// Dates as HTTP writes them (RFC 9110, 5.6.7).
enum HTTPDateText {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Unix seconds as `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func text(_ seconds: Int64) -> String {
        let time = CalendarTime(unix: seconds)
        let day = Int((Double(seconds) / 86400).rounded(.down))
        let weekday = days[(day % 7 + 7) % 7]
        return "\(weekday), \(two(time.day)) \(months[time.month - 1]) \(time.year) "
            + "\(two(time.hour)):\(two(time.minute)):\(two(time.second)) GMT"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
