import NDJSON
import Records
import Testing

@Suite struct PassThroughTests {
    private static let names: [Field] = [.path, .size, .title, .aliases, .seconds, .retryable]

    @Test("fields pass through byte for byte, those named are left out, and no others", arguments: 1...8)
    func fidelity(seed: Int) throws {
        var lines = RandomLines(seed: UInt64(1000 + seed))
        let scanner = LineScanner<Field>()
        for _ in 0..<1000 {
            let line = lines.valid()
            try scanner.scan(line)
            try expectCopy(of: line, scanner, without: [])
            try expectCopy(of: line, scanner, without: lines.subset(of: Self.names))
        }
    }

    /// The members of the copy are those of the line by the reference's own offsets.
    private func expectCopy(of line: [UInt8], _ scanner: LineScanner<Field>, without removed: [Field]) throws {
        var set: NameSet<Field> = []
        for name in removed { set = set.union([name]) }
        var copy = LineBuffer()
        copy.open(copying: scanner, without: set)
        copy.close()
        let kept = try ReferenceJSON.parse(line).members.filter { member in
            !removed.contains { Array($0.name.utf8) == member.name }
        }
        let copied = try ReferenceJSON.parse(copy.bytes).members
        let matches = copied.map { copy.bytes[$0.whole] } == kept.map { line[$0.whole] }
        #expect(matches, "\(readable(line)) without \(removed) became \(readable(copy.bytes))")
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
