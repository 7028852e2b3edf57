import NDJSON
import Records
import Testing

@Suite struct PassThroughTests {
    private static let names: [Field] = [.path, .size, .title, .aliases, .seconds, .retryable]

    @Test("fields pass through byte for byte, those named are left out, and no others", arguments: 1...8)
    func fidelity(seed: Int) throws {
        var lines = RandomLines(seed: UInt64(1000 + seed))
        let comparison = Comparison()
        for _ in 0..<1000 {
            let line = lines.valid()
            for removed in [[], lines.subset(of: Self.names)] {
                let copy = comparison.differentCopy(of: line, without: removed)
                #expect(copy == nil, "\(readable(line)) without \(removed) became \(readable(copy ?? []))")
            }
        }
    }

    @Test("a field is set behind those that pass through, with one comma between")
    func setting() throws {
        let line = LineScanner<Field>()
        let cases = [
            (#"{}"#, #"{"attempt":3}"#),
            (#"{ "attempt" : 2 }"#, #"{"attempt":3}"#),
            (
                #"{"attempt":1,"x": 1E400 , "attempt":2,"y":"\u0041","y":123456789012345678901234567890}"#,
                #"{"x": 1E400,"y":"\u0041","y":123456789012345678901234567890,"attempt":3}"#
            ),
            (#"{"x":{"attempt":1},"\u0061ttempt":2}"#, #"{"x":{"attempt":1},"attempt":3}"#),
        ]
        for (text, expected) in cases {
            try line.scan(Array(text.utf8))
            var buffer = LineBuffer()
            buffer.open(copying: line, without: [.attempt])
            buffer.add(Field.attempt, 3)
            buffer.close()
            #expect(String(decoding: buffer.bytes, as: UTF8.self) == expected + "\n")
        }
    }
}
