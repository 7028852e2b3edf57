import Journal
import Records
import Testing

@Suite struct PathTableTests {
    @Test("100,000 paths keep their numbers while the table grows")
    func growth() {
        var table = PathTable()
        for index in 0..<100_000 { #expect(table.insert("truefire-courses/\(index / 17)/\(index).mp4") == index) }
        #expect(table.count == 100_000)
        for index in stride(from: 0, to: 100_000, by: 7) {
            #expect(table.insert("truefire-courses/\(index / 17)/\(index).mp4") == index)
            #expect(table.number(of: "truefire-courses/\(index / 17)/\(index)") == nil)
        }
        #expect(table.count == 100_000)
    }

    @Test("the empty path, and paths nearly as long as a line, are paths like others")
    func extremes() {
        var table = PathTable()
        let long = String(repeating: "x", count: 1_000_000)
        #expect(table.insert("") == 0)
        #expect(table.insert(long + "1") == 1)
        #expect(table.insert(long + "2") == 2)
        #expect(table.insert(long + "1") == 1)
        #expect(table.insert("") == 0)
        #expect(table.insert("a") == 3)
        #expect(table.number(of: long) == nil)
    }

    @Test("paths that fill a block of the arena to its last byte stay apart")
    func blockBorders() {
        var table = PathTable()
        let half = String(repeating: "y", count: (1 << 19) - 1)
        let paths = (0..<8).map { half + "\($0)" } + ["", "z"]
        for (number, path) in paths.enumerated() { #expect(table.insert(path) == number) }
        for (number, path) in paths.enumerated() { #expect(table.number(of: path) == number) }
    }
}

extension PathTable {
    fileprivate mutating func insert(_ path: String) -> Int { Array(path.utf8).withUnsafeBytes { insert($0) } }

    fileprivate func number(of path: String) -> Int? { Array(path.utf8).withUnsafeBytes { number(of: $0) } }
}
