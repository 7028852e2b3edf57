import NDJSON
import POSIX
import Records
import Testing

@Suite struct LineBufferTests {
    private func written(_ write: (inout LineBuffer) -> Void) -> String {
        var buffer = LineBuffer()
        write(&buffer)
        return String(decoding: buffer.bytes, as: UTF8.self)
    }

    @Test("fields are in their order, with commas between")
    func fields() {
        let line = written {
            $0.open()
            $0.add(Field.path, "a/b.mp4")
            $0.add(Field.size, -12)
            $0.add(Field.retryable, true)
            $0.add(element: Array("a".utf8), of: FieldLabel(Field.aliases), isFirst: true)
            $0.add(element: Array("\"b\"".utf8), of: FieldLabel(Field.aliases), isFirst: false)
            $0.endElements()
            $0.add(Field.seconds, milliseconds: 1.5)
            $0.add(Field.etag, raw: UnsafeRawBufferPointer(start: nil, count: 0))
            $0.append("null")
            $0.close()
        }
        let expected =
            #"{"path":"a/b.mp4","size":-12,"retryable":true,"aliases":["a","\"b\""],"seconds":1.500,"etag":null}"#
        #expect(line == expected + "\n")
    }

    @Test("quotes, backslashes and control characters are escaped, and nothing else")
    func escapes() {
        #expect(written { $0.quote("a\"b\\c/d\n\r\t\u{7F}\u{2028}é😀") } == #""a\"b\\c/d\n\r\t"# + "\u{7F}\u{2028}é😀\"")
        #expect(written { $0.quote("\u{0}\u{8}\u{C}\u{1B}\u{1F}") } == #""\u0000\u0008\u000c\u001b\u001f""#)
        #expect(written { $0.quote("") } == #""""#)
    }

    @Test("what is written is read back equal, every character of the first planes among it")
    func readBack() throws {
        let line = LineScanner<Field>()
        var texts = (0..<0x80).map { String(Unicode.Scalar(UInt8($0))) }
        texts += (0x80..<0x11000).compactMap(Unicode.Scalar.init).map { String($0) }.chunked(64)
        texts += ["\u{10FFFF}", "\0", "\\u0041", "\\\"", "a\0b"]
        for text in texts {
            var buffer = LineBuffer()
            buffer.open()
            buffer.add(Field.title, text)
            for (index, element) in [text, "", text].enumerated() {
                buffer.add(element: Array(element.utf8), of: FieldLabel(Field.aliases), isFirst: index == 0)
            }
            buffer.endElements()
            Array(text.utf8).withUnsafeBytes { buffer.add(Field.path, text: $0) }
            buffer.close()
            try line.scan(buffer.bytes)
            try #require(try line.string(.title)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
            try #require(try line.string(.path)?.unicodeScalars.elementsEqual(text.unicodeScalars) == true)
            try #require(try line.strings(.aliases) == [text, "", text])
            #expect(!buffer.bytes.dropLast().contains(0x0A))
        }
    }

    @Test(
        "integers of every size are read back equal",
        arguments: [0, 1, -1, .max, .min, 1 << 53, 999_999_999_999_999_999] as [Int64])
    func integers(value: Int64) throws {
        var buffer = LineBuffer()
        buffer.open()
        buffer.add(Field.size, value)
        buffer.close()
        let line = LineScanner<Field>()
        try line.scan(buffer.bytes)
        #expect(try line.integer(.size) == value)
    }

    @Test(
        "seconds are written to the millisecond",
        arguments: [
            (0, "0.000"), (-0.0, "0.000"), (1, "1.000"), (0.001, "0.001"), (0.0004, "0.000"), (-0.0004, "0.000"),
            (0.0005, "0.001"),
            (0.9996, "1.000"), (-0.001, "-0.001"), (-1.5, "-1.500"), (-0.9996, "-1.000"),
            (1_790_000_000.123, "1790000000.123"),
            (59.9999, "60.000"), (1e12, "1000000000000.000"), (1e300, "9223372036854775.807"),
            (-1e300, "-9223372036854775.808"),
            (.infinity, "9223372036854775.807"), (-.infinity, "-9223372036854775.808"),
        ] as [(Double, String)])
    func milliseconds(value: Double, text: String) {
        #expect(written { $0.appendMilliseconds(value) } == text)
    }

    @Test("a whole line is added as it is, and a line in the making can be taken back")
    func wholeLines() {
        let text = written { buffer in
            Array(#"{"x": 1.0}"#.utf8).withUnsafeBytes { buffer.add(line: $0) }
            let count = buffer.count
            buffer.open()
            buffer.add(Field.path, "half")
            buffer.truncate(to: count)
            buffer.open()
            buffer.close()
        }
        #expect(text == "{\"x\": 1.0}\n{}\n")
    }

    @Test("lines are gathered up to the limit, and an output that cannot be written says so")
    func outputErrors() throws {
        var output = LineOutput(-1, limit: 8)
        output.buffer.open()
        output.buffer.close()
        try output.lineEnded()
        output.buffer.add(line: UnsafeRawBufferPointer(start: nil, count: 0))
        #expect(throws: SystemError.self) { try output.flush() }
    }
}

extension [String] {
    /// Each `size` of them joined to one.
    fileprivate func chunked(_ size: Int) -> [String] {
        stride(from: 0, to: count, by: size).map { self[$0..<Swift.min($0 + size, count)].joined() }
    }
}
