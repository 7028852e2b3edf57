import NDJSON
import Records
import Testing

/// The shim around simdjson accepts what RFC 8259 accepts, and nothing else.
@Suite struct StrictnessTests {
    @Test("every valid text of the corpus is taken")
    func validCorpus() {
        let agreement = Agreement()
        for line in Corpus.valid { agreement.check(line) }
        #expect(agreement.valid == Corpus.valid.count)
    }

    @Test("every invalid text of the corpus is refused")
    func invalidCorpus() {
        let agreement = Agreement()
        for line in Corpus.invalid { agreement.check(line) }
        #expect(agreement.refused == Corpus.invalid.count)
    }

    @Test(
        "an invalid text is refused wherever it is in simdjson's blocks of 64 bytes",
        arguments: Array(stride(from: 0, to: 64, by: 3)))
    func blockBorders(shift: Int) {
        let agreement = Agreement()
        let space = [UInt8](repeating: 0x20, count: shift)
        for line in Corpus.valid + Corpus.invalid where line.count < 200 { agreement.check(space + line) }
        #expect(agreement.valid > 100)
        #expect(agreement.refused > 500)
    }

    @Test("every byte at every place of a line is judged as by the grammar")
    func everyByteEverywhere() {
        let agreement = Agreement()
        let line = Array(#"{"path":"\u00e9\n","size":-1.5e+7,"x":[true,{}]}"#.utf8)
        for at in line.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = line
                changed[at] = byte
                agreement.check(changed)
                changed = line
                changed.insert(byte, at: at)
                agreement.check(changed)
            }
            agreement.check(Array(line[..<at]))
        }
        #expect(agreement.valid > 500)
        #expect(agreement.refused > 15_000)
    }

    @Test("random lines and what accidents make of them are judged as by the grammar", arguments: 1...8)
    func randomLines(seed: Int) {
        let agreement = Agreement()
        var lines = RandomLines(seed: UInt64(seed))
        for _ in 0..<1000 {
            let line = lines.valid()
            agreement.check(line)
            for _ in 0..<4 { agreement.check(lines.mutated(line)) }
        }
        #expect(agreement.valid >= 1000)
        #expect(agreement.refused > 1000)
    }

    @Test("a line says why it is refused")
    func reasons() {
        let reasons: [(line: [UInt8], reason: LineError)] =
            [
                (Array(#"{"a":01}"#.utf8), .notJSON),
                (Array("{}{}".utf8), .notJSON),
                (Array("[]".utf8), .notAnObject),
                (Array(#""a""#.utf8), .notAnObject),
                (Array("1".utf8), .notAnObject),
                (Corpus.nested(1000), .tooDeep),
                (Corpus.nested(1 << 19), .tooDeep),
            ] + Corpus.badUTF8.map { (Array(#"{"a":""#.utf8) + $0 + Array(#""}"#.utf8), .badUTF8) }
        for (line, reason) in reasons {
            // A NUL in a bad sequence is a control character too: either reason is right.
            guard !line.contains(0) else { continue }
            #expect(throws: reason) { try LineScanner<Field>().scan(line) }
        }
    }

    @Test("after a line that is refused, no field of it or of the line before is seen")
    func nothingIsLeftOver() throws {
        let line = LineScanner<Field>()
        for refused in ["[1,2]", "{", #"{"path":"b""#, "1", "\u{FEFF}{}"] {
            try line.scan(Array(#"{"path":"a","x":1}"#.utf8))
            #expect((try? line.scan(Array(refused.utf8))) == nil)
            #expect(!line.has(.path))
            line.forEachRun(without: []) { Issue.record("a run of \($0.count) bytes after '\(refused)'") }
        }
    }
}
