import Glibc
import NDJSON
import POSIX
import Testing

/// A pipe whose two ends are this thread's: what is written is in it until it is read.
private struct TestPipe: ~Copyable {
    private let reading: CInt
    private var writing: CInt

    init() {
        var ends: [CInt] = [-1, -1]
        precondition(pipe(&ends) == 0)
        (reading, writing) = (ends[0], ends[1])
    }

    func reader(chunk: Int = 65536) -> LineReader { LineReader(reading, chunk: chunk) }

    func write(_ bytes: some Collection<UInt8>) throws {
        try Array(bytes).withUnsafeBytes { bytes in try Descriptor.write(writing, bytes) }
    }

    mutating func closeWriting() {
        if writing >= 0 { close(writing) }
        writing = -1
    }

    deinit {
        close(reading)
        if writing >= 0 { close(writing) }
    }
}

private struct Line: Equatable {
    let number: Int
    /// Nil for a line that is too long.
    let text: [UInt8]?

    init(_ number: Int, _ text: [UInt8]?) { (self.number, self.text) = (number, text) }

    init(_ number: Int, _ text: String) { self.init(number, Array(text.utf8)) }

    init(_ line: RawLine) { self.init(line.number, line.isTooLong ? nil : line.copy) }
}

/// The lines of an input that comes in these pieces, each of them one read.
private func lines(of pieces: [some Collection<UInt8>], chunk: Int = 65536) throws -> [Line] {
    var pipe = TestPipe()
    var reader = pipe.reader(chunk: chunk)
    var lines: [Line] = []
    for piece in pieces {
        try pipe.write(piece)
        #expect(try reader.fill())
        while let line = reader.buffered() { lines.append(Line(line)) }
    }
    pipe.closeWriting()
    while let line = try reader.next() { lines.append(Line(line)) }
    #expect(try reader.next() == nil)
    return lines
}

private func lines(of text: String) throws -> [Line] { try lines(of: text.isEmpty ? [] : [Array(text.utf8)]) }

private func pieces(_ input: [UInt8], of size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: input.count, by: size).map { input[$0..<min($0 + size, input.count)] }
}

@Suite struct LineReaderTests {
    @Test(
        "lines end with a line feed, with or without a carriage return before it; the last may have none",
        arguments: [
            ("", []),
            ("\n", []),
            ("a", [Line(1, "a")]),
            ("a\n", [Line(1, "a")]),
            ("a\nb", [Line(1, "a"), Line(2, "b")]),
            ("a\r\nb\r\n", [Line(1, "a"), Line(2, "b")]),
            ("a\r", [Line(1, "a")]),
            ("a\rb\n", [Line(1, "a\rb")]),
            ("a\r\r\n", [Line(1, "a\r")]),
            (" a \n", [Line(1, " a ")]),
            ("a\u{0}b\n", [Line(1, "a\u{0}b")]),
        ])
    private func lineEnds(input: String, expected: [Line]) throws {
        #expect(try lines(of: input) == expected)
    }

    @Test(
        "blank lines are passed over and count in the line numbers",
        arguments: [
            "\n\na\n\nb\n\n", "\r\n\r\na\r\n\r\nb\r\n", " \n\t\na\n \t \nb\n  ", "\r\r\n\r\na\n\r\nb",
            "\n \na\n\r\nb\n\r",
        ])
    func blankLines(input: String) throws {
        #expect(try lines(of: input) == [Line(3, "a"), Line(5, "b")])
    }

    @Test("a byte-order mark is passed over at the very start and nowhere else")
    func byteOrderMark() throws {
        let mark = "\u{FEFF}"
        #expect(try lines(of: mark) == [])
        #expect(try lines(of: mark + "a") == [Line(1, "a")])
        #expect(try lines(of: mark + "\na") == [Line(2, "a")])
        #expect(try lines(of: mark + mark + "a") == [Line(1, mark + "a")])
        #expect(try lines(of: "a\n" + mark + "b\n") == [Line(1, "a"), Line(2, mark + "b")])
        #expect(try lines(of: "\n" + mark + "b\n") == [Line(2, mark + "b")])
        #expect(try lines(of: [[0xEF, 0xBB] as [UInt8]]) == [Line(1, [0xEF, 0xBB])])
        // However few bytes come at a time.
        for nuls in ["\0", "\0\0", "\0\0\0"] {
            #expect(try lines(of: nuls + mark + "a") == [Line(1, mark + "a")])
            #expect(try lines(of: [Array(nuls.utf8), Array((mark + "a").utf8)]) == [Line(1, mark + "a")])
        }
    }

    @Test("lines are the same wherever reads cut the input")
    func cuts() throws {
        let texts = [
            "{\"a\":1}\r\n\n{}\n \r\n{\"b\":\"\u{FEFF}é\"}\n\rx\n\r\n\n{\"c\":3}", "\u{FEFF}a\r\nb", "\n\u{FEFF}b\n",
            "1\n\u{FEFF}\n\r",
        ]
        for input in texts.map({ Array($0.utf8) }) {
            let whole = try lines(of: [input])
            for first in 1..<input.count {
                #expect(try lines(of: [input[..<first], input[first...]]) == whole)
                for second in first + 1..<max(input.count, first + 1) {
                    #expect(try lines(of: [input[..<first], input[first..<second], input[second...]]) == whole)
                }
            }
        }
    }

    @Test("lines are the same in reads of any size", arguments: 1...9)
    func chunks(size: Int) throws {
        let input = Array("\u{FEFF}{\"a\":1}\r\n\n{}\n \r\n{\"b\":\"\u{FEFF}é\"}\n\rx\n\r\n\n{\"c\":3}".utf8)
        let expected = try lines(of: [input])
        #expect(expected.count == 5)
        #expect(try lines(of: pieces(input, of: size), chunk: size) == expected)
        #expect(try lines(of: [input], chunk: size) == expected)
    }

    @Test(
        "a line of 1 MiB is taken, its line end not counted; a longer one is passed over and counted",
        arguments: ["\n", "\r\n"])
    func longestLine(lineEnd: String) throws {
        let longest = [UInt8](repeating: 0x61, count: 1 << 20)
        let end = Array(lineEnd.utf8)
        let input = longest + end + longest + [0x62] + end + Array("c".utf8) + end + longest
        let read = try lines(of: pieces(input, of: 4096))
        // A line of a megabyte is no help in a message.
        #expect(read.map(\.number) == [1, 2, 3, 4])
        #expect(read.map(\.text?.count) == [1 << 20, nil, 1, 1 << 20])
    }

    @Test("after a line of 5 MiB the next one is read, and the buffer stays small")
    func tooLong() throws {
        var pipe = TestPipe()
        var reader = pipe.reader()
        var read: [Line] = []
        let input = Array("a\n".utf8) + [UInt8](repeating: 0x20, count: 5 << 20) + Array("\nb\n".utf8)
        for piece in pieces(input, of: 65536) {
            try pipe.write(piece)
            _ = try reader.fill()
            while let line = reader.buffered() { read.append(Line(line)) }
        }
        pipe.closeWriting()
        #expect(try reader.next() == nil)
        #expect(read == [Line(1, "a"), Line(2, nil as [UInt8]?), Line(3, "b")])
        #expect(reader.capacity <= 2 << 20)
    }

    @Test("a last line that is too long and has no line end is counted")
    func tooLongAtTheEnd() throws {
        let input = Array("a\n".utf8) + [UInt8](repeating: 0x61, count: (1 << 20) + 1)
        for size in [4096, 65536] {
            #expect(try lines(of: pieces(input, of: size)) == [Line(1, "a"), Line(2, nil as [UInt8]?)])
        }
        let longer = input + [UInt8](repeating: 0x61, count: 1 << 20)
        #expect(try lines(of: pieces(longer, of: 65536)) == [Line(1, "a"), Line(2, nil as [UInt8]?)])
    }

    @Test("a line is given out as soon as its line end is there, with no further read")
    func noWaiting() throws {
        let pipe = TestPipe()
        var reader = pipe.reader()
        try pipe.write(Array("a\nb\nc".utf8))
        // The writing end is open: one read too many would wait for ever.
        let first = try reader.next().map { Line($0) }
        let second = try reader.next().map { Line($0) }
        #expect([first, second] == [Line(1, "a"), Line(2, "b")])
        #expect(reader.buffered() == nil)
    }

    @Test("no more than a chunk is taken from the input at once")
    func readingAhead() throws {
        let pipe = TestPipe()
        var reader = pipe.reader(chunk: 16)
        try pipe.write(Array(String(repeating: "abc\n", count: 10).utf8))
        var count = 0
        #expect(try reader.fill())
        while reader.buffered() != nil { count += 1 }
        #expect(count == 4)
    }

    @Test("an input that cannot be read is not the end of the input")
    func readError() throws {
        let folder = try File(reading: "/")
        var reader = LineReader(folder.descriptor)
        #expect(throws: SystemError.self) {
            while try reader.next() != nil {}
        }
    }
}
