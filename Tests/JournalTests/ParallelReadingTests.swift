import Journal
import NDJSON
import Rendering
import TestSupport
import Testing

@Suite struct ParallelReadingTests {
    /// Results as a disk after some crashes has them: doubled, out of order, torn, from elsewhere, too long, with
    /// escapes.
    private static func troubledLines(_ count: Int) -> String {
        var random = SeededGenerator(seed: 7)
        var lines: [String] = []
        for _ in 0..<count {
            let (course, path) = (Int.random(in: 0..<300, using: &random), Int.random(in: 0..<20000, using: &random))
            let status = ["success", "failed", "skipped", "queued", "dropped"].randomElement(using: &random)!
            let error = ["connect", "not_found", "b\\u0075sy", "odd \(course % 3)"].randomElement(using: &random)!
            var line =
                #"{"course_id":\#(course),"course_title":"Title \#(course) \u00e9","path":"a/\#(path)\u002emp4","#
                + #""status":"\#(status)","error":"\#(error)","retryable":\#(path % 2 == 0),"bytes":\#(path * 999),"#
                + #""seconds":\#(path % 40).5,"attempt":\#(path % 7),"finished_at":\#(1_700_000_000 + path).25}"#
            switch Int.random(in: 0..<40, using: &random) {
            case 0: line = String(line.prefix(path % 100))
            case 1: line = "\u{FEFF}" + line
            case 2: line = #"{"status":"failed","line":4}"#
            case 3: line += "\r\n\n \n[]"
            default: break
            }
            lines.append(line)
        }
        lines.insert(String(repeating: "x", count: 1 << 20 + 5), at: count / 2)
        return lines.joined(separator: "\n")
    }

    @Test("several threads find what one finds, in the same order", arguments: [2, 3, 7])
    func same(threads: Int) throws {
        let lines = try Lines()
        let path = try lines.file(Self.troubledLines(60000))
        func json(_ threads: Int) throws -> String {
            var journal = FoldedJournal()
            var file = try LineFile(path)
            try journal.read(&file, threads: threads)
            var text = ""
            JSONRenderer().render(Summary(journal, againstCatalog: false, tries: 5, now: 0), to: &text)
            return text
        }
        #expect(try json(threads) == json(1))
    }

    @Test("pieces hold every line once, wherever they are cut", arguments: [1, 7, 4096, 5000])
    func pieces(size: Int) throws {
        let text = (0..<3000).map { String(repeating: "x", count: $0 % 13) + "\($0)" }.joined(separator: "\n")
        let lines = try Lines()
        let file = try LineFile(lines.file(text))
        guard var pieces = file.pieces(of: size) else { return #expect(Bool(false), "a plain file has pieces") }
        var found: [String] = []
        while let piece = try pieces.next() {
            try piece.forEachLine { found.append(String(decoding: $0.bytes, as: UTF8.self)) }
        }
        #expect(found.joined(separator: "\n") == text)
    }
}
