/// An answer before it is sent: a value, so that a fault can change it.
package struct Answer {
    /// How an answer goes out. A count is a number of bytes of the body.
    package enum Ending: Equatable, Sendable {
        case complete
        /// The connection is closed after so many bytes, whatever was promised.
        case close(after: Int64)
        /// Nothing more comes after so many bytes, and the connection stays open until the client leaves.
        case stall(after: Int64)
        /// The connection is reset after so many bytes; with nil, instead of an answer.
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

extension Answer {
    /// What a store that is in order answers: the object, a part of it, or that there is no such part.
    init(_ object: any StoredObject, for request: Request) {
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

    private mutating func describe(_ object: any StoredObject) {
        headers["Content-Type"] = object.contentType
        headers["Last-Modified"] = HTTPDate.text(object.lastModified)
        headers["ETag"] = object.etag
        headers["Accept-Ranges"] = "bytes"
    }
}

extension Request {
    /// Whether the object is still the one that `If-Range` names. A date has to be the very same, as nginx has it.
    fileprivate func appliesRange(to object: any StoredObject) -> Bool {
        guard let ifRange else { return true }
        return ifRange == object.etag || ifRange == HTTPDate.text(object.lastModified)
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
