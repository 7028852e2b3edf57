import Records
import Testing

@Suite struct QuantityTests {
    @Test(
        "a length of time is a number with at most one unit",
        arguments: [
            ("90", 90), ("90s", 90), ("10m", 600), ("2h", 7200), ("1d", 86_400), ("0", 0), ("0.5", 0.5), ("1.5h", 5400),
            ("0.1s", 0.1),
            ("1.", 1), ("2147483647", 2_147_483_647), ("24855d", 2_147_472_000),
        ] as [(String, Double)])
    func seconds(text: String, value: Double) {
        #expect(Seconds(parsing: text)?.value == value)
    }

    @Test(
        "what is not a length of time is refused, and so is one without end",
        arguments: [
            "", " ", "s", ".5", "-1", "+1", "1 s", " 1", "1 ", "1ss", "1sm", "1h30m", "1,5", "1..5", "1.5.1", "1e3",
            "0x10", "1S", "1M", "1w",
            "inf", "nan", "١", "１", "1\u{301}", "9e99", "2147483648", "24856d", String(repeating: "9", count: 400),
        ])
    func noSeconds(text: String) {
        #expect(Seconds(parsing: text) == nil)
    }

    @Test(
        "a number of bytes may have a unit, a power of 1,024, of either case",
        arguments: [
            ("0", 0), ("500", 500), ("10k", 10_240), ("10K", 10_240), ("1m", 1 << 20), ("256M", 256 << 20),
            ("1.5G", 3 << 29), ("2g", 2 << 30),
            ("1T", 1 << 40), ("0.5k", 512), ("0.3k", 307),
        ] as [(String, Int64)])
    func byteCounts(text: String, value: Int64) {
        #expect(ByteCount(parsing: text)?.value == value)
    }

    @Test(
        "what is not a number of bytes, or too large a one, is refused",
        arguments: [
            "", "k", "-1", "+1", "1kB", "1KiB", "1b", "1 k", "1e3", "0x10", "1.5.5k", "9223372036854775808",
            "99999999T", "inf",
            String(repeating: "9", count: 400),
        ])
    func noByteCounts(text: String) {
        #expect(ByteCount(parsing: text) == nil)
    }

    @Test("every name of a field is spelled as in the lines")
    func fieldNames() {
        #expect(Field.names.count == Field.allCases.count)
        #expect(Set(Field.names).count == Field.names.count)
        #expect(Field.courseID.name == "course_id")
        #expect(Field.signedURL.name == "signed_url")
        #expect(Field.path.name == "path")
        #expect(Field.names.allSatisfy { name in name.allSatisfy { $0 == "_" || $0.isLowercase || $0.isNumber } })
    }
}
