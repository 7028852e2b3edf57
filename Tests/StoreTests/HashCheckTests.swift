import Records
import Testing

@testable import Store

@Suite struct HashCheckTests {
    private static let right = checksum("cbf43926")
    private static let wrong = checksum("cbf43927")

    private static func checksum(_ crc: String) -> [Checksum] {
        [Checksum(.crc32, hex: crc, source: "")].compactMap { $0 }
    }

    private func take(_ text: String, at offset: Int64, _ check: inout HashCheck) {
        Array(text.utf8).withUnsafeBytes { check.update($0, at: offset) }
    }

    @Test("what the first answer of a run said holds for the rest, which comes with another", arguments: [true, false])
    func holds(isRight: Bool) throws {
        var check = HashCheck(known: [])
        try check.learn(isRight ? Self.right : Self.wrong, length: 0)
        take("12345", at: 0, &check)
        try check.learn([], length: 5)
        take("6789", at: 5, &check)
        #expect(!check.isBehind(9))
        #expect((check.mismatch() == nil) == isRight)
    }

    @Test("what was said of an object that was given up is forgotten")
    func forgets() throws {
        var check = HashCheck(known: [])
        try check.learn(Self.wrong, length: 0)
        take("abc", at: 0, &check)
        try check.learn(Self.right, length: 0)
        take("123456789", at: 0, &check)
        #expect(!check.isBehind(9))
        #expect(check.mismatch() == nil)
    }

    @Test(
        "a hash that is recorded is computed with nothing to compare, and beside what is compared",
        arguments: [true, false])
    func recorded(isCompared: Bool) throws {
        var check = HashCheck(known: isCompared ? Self.right : [], recorded: .md5)
        try check.learn([], length: 0)
        #expect(check.isAsked == isCompared)
        take("123456789", at: 0, &check)
        #expect(check.recordedValue == nil)
        #expect(check.mismatch() == nil)
        #expect(check.recordedValue.map(Hexadecimal.text) == "25f9e794323b453885f5181f1b624d0b")
        var late = HashCheck(known: [], recorded: .md5)
        try late.learn([], length: 5)
        #expect(late.isBehind(9))
    }

    @Test("a part from an earlier run is behind, where there is something to hash for")
    func behind() throws {
        var check = HashCheck(known: Self.right)
        try check.learn([], length: 5)
        take("6789", at: 5, &check)
        #expect(check.isBehind(9))
        var unknown = HashCheck(known: [])
        try unknown.learn([], length: 5)
        #expect(!unknown.isBehind(9))
    }
}
