internal import CExpat

/// A small XML document, by Expat.
package enum XMLDocument {
    /// Attributes, comments and instructions are passed over.
    package enum Event: Equatable, Sendable {
        case start(String)
        /// A piece of an element's text, in UTF-8.
        case text([UInt8])
        case end(String)
    }

    /// All that a whole document says, in order.
    ///
    /// Throws where it is not well-formed, or has a DOCTYPE: entities of a document's own could grow without end.
    package static func events(_ document: [UInt8]) throws(XMLError) -> [Event] {
        guard let parser = unsafe XML_ParserCreate(nil), let length = Int32(exactly: document.count) else {
            throw XMLError()
        }
        defer { unsafe XML_ParserFree(parser) }
        let reader = unsafe Reader(parser)
        unsafe XML_SetUserData(parser, Unmanaged.passUnretained(reader).toOpaque())
        unsafe XML_SetElementHandler(
            parser,
            { reader, name, _ in unsafe Reader.of(reader)?.start(name) },
            { reader, name in unsafe Reader.of(reader)?.end(name) })
        unsafe XML_SetCharacterDataHandler(parser) { reader, text, count in
            unsafe Reader.of(reader)?.text(text, count)
        }
        unsafe XML_SetStartDoctypeDeclHandler(parser) { reader, _, _, _, _ in unsafe Reader.of(reader)?.stop() }
        let status = unsafe document.withUnsafeBytes { bytes in
            unsafe XML_Parse(parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), length, 1)
        }
        return try withExtendedLifetime(reader) { () throws(XMLError) in
            guard status == XML_STATUS_OK else { throw XMLError() }
            return reader.events
        }
    }

    /// Takes what the parser says.
    @safe private final class Reader {
        private let parser: XML_Parser
        private(set) var events: [Event] = []

        init(_ parser: XML_Parser) { unsafe self.parser = parser }

        static func of(_ pointer: UnsafeMutableRawPointer?) -> Reader? {
            unsafe pointer.map { unsafe Unmanaged<Reader>.fromOpaque($0).takeUnretainedValue() }
        }

        func start(_ name: UnsafePointer<CChar>?) {
            if let name = unsafe name { events.append(.start(unsafe String(cString: name))) }
        }

        func text(_ text: UnsafePointer<CChar>?, _ count: Int32) {
            guard let text = unsafe text else { return }
            events.append(.text(unsafe Array(UnsafeRawBufferPointer(start: text, count: Int(count)))))
        }

        func end(_ name: UnsafePointer<CChar>?) {
            if let name = unsafe name { events.append(.end(unsafe String(cString: name))) }
        }

        func stop() { unsafe XML_StopParser(parser, XML_Bool(XML_FALSE)) }
    }
}

/// What is not XML, or not all of it.
package struct XMLError: Error, Equatable {}
