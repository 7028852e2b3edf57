import Testing

@testable import Transfer

/// Values by origin, whichever was looked at last.
@Suite struct HostTableTests {
    @Test("each origin keeps its own value, in whatever order they change")
    func values() {
        var table = HostTable<Int>()
        var expected: [String: Int] = [:]
        for step in 0..<200 {
            let origin = "http://host\(step * 7 % 11)"
            table[origin, default: 0] += step
            expected[origin, default: 0] += step
            #expect(table.has(origin) { $0 == expected[origin] })
        }
        #expect(table.count == 11)
        #expect(Dictionary(uniqueKeysWithValues: table.map { ($0.origin, $0.value) }) == expected)
        for (origin, value) in expected { #expect(table[origin] == value) }
    }

    @Test("what was never set is nil, has its default, and is not added by looking")
    func absent() {
        let table = HostTable<Int>()
        #expect(table["http://a"] == nil)
        #expect(table["http://a", default: 3] == 3)
        #expect(!table.has("http://a"))
        #expect(table.isEmpty)
    }

    @Test("tables are equal with the same values, whatever came first")
    func equality() {
        var one = HostTable<Int>()
        var other = HostTable<Int>()
        for origin in ["a", "b"] { one[origin, default: 0] = 1 }
        for origin in ["b", "a"] { other[origin, default: 0] = 1 }
        #expect(one == other)
        other["a", default: 0] = 2
        #expect(one != other)
    }
}
