import NDJSON
import Records
import Testing

@Suite struct LineScannerTests {
    @Test("of a name that stands twice the last counts, escaped or not")
    func lastOfTwoCounts() throws {
        let line = LineScanner<Field>()
        try line.scan(Array(#"{"path":"a","p\u0061th":"b"}"#.utf8))
        #expect(try line.string(.path) == "b")
    }

    @Test("fields pass through byte for byte, those named are left out")
    func passThrough() throws {
        let line = LineScanner<Field>()
        try line.scan(Array(#"{"x": 1E400 , "status":"failed","y":"\u0041","y":123456789012345678901234567890}"#.utf8))
        var buffer = LineBuffer()
        buffer.open(copying: line, without: .lastTry)
        buffer.add(Field.attempt, 3)
        buffer.close()
        let expected = #"{"x": 1E400,"y":"\u0041","y":123456789012345678901234567890,"attempt":3}"# + "\n"
        #expect(String(decoding: buffer.bytes, as: UTF8.self) == expected)
    }
}
