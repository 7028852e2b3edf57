import NDJSON
import Records
import Testing

@Suite struct LineScannerTests {
    private let line = LineScanner<Field>()

    private func scan(_ text: String) throws { try line.scan(Array(text.utf8)) }

    @Test("of a name that is there twice the last counts, escaped or not")
    func lastOfTwoCounts() throws {
        try scan(#"{"path":"a","p\u0061th":"b"}"#)
        #expect(try line.string(.path) == "b")
        try scan(#"{"p\u0061th":"b","path":"a"}"#)
        #expect(try line.string(.path) == "a")
    }

    @Test(
        "only the whole name is the name",
        arguments: ["", "p", "pat", "paths", "path ", #"path\""#, #"path\"x"#, "Path"])
    func otherNames(name: String) throws {
        try scan(#"{"\#(name)":"a"}"#)
        #expect(!line.has(.path))
        try scan(#"{"\#(name)":"a","path":"b","\#(name)":"c"}"#)
        #expect(try line.string(.path) == "b")
    }

    @Test("every known name is told from the others, with each character escaped too")
    func allNames() throws {
        for field in Field.allCases {
            for escaped in -1..<field.name.utf8.count {
                try scan(#"{"\#(Self.name(field, escaping: escaped))":1}"#)
                #expect(Field.allCases.filter(line.has) == [field])
            }
        }
    }

    private static func name(_ field: Field, escaping place: Int) -> String {
        field.name.utf8.enumerated().map { index, byte in
            index == place ? "\\u00" + String(byte, radix: 16) : String(UnicodeScalar(byte))
        }.joined()
    }

    @Test("null counts as absent, also where it is the last of two")
    func null() throws {
        try scan(#"{"path":"a","path":null,"size":null}"#)
        #expect(!line.has(.path))
        #expect(line.kind(.path) == nil)
        #expect(line.raw(.path) == nil)
        #expect(try line.string(.path) == nil)
        #expect(try line.integer(.size) == nil)
        #expect(try line.boolean(.retryable) == nil)
        #expect(try line.strings(.aliases) == nil)
    }

    @Test(
        "whole numbers are read to the last digit, however they are written",
        arguments: [
            ("0", 0), ("-0", 0), ("-0.0", 0), ("0e99", 0), ("7", 7), ("-7", -7), ("1.0", 1), ("1e3", 1000),
            ("1E+3", 1000),
            ("1000e-3", 1), ("1.5e1", 15), ("-2.50e2", -250), ("120.0e-1", 12), ("100000000000000000000e-20", 1),
            ("99999999999999999", 99_999_999_999_999_999), ("999999999999999999", 999_999_999_999_999_999),
            ("-999999999999999999", -999_999_999_999_999_999), ("1234567890123456789", 1_234_567_890_123_456_789),
            ("9007199254740993", 9_007_199_254_740_993), ("9007199254740993.0", 9_007_199_254_740_993),
            ("9223372036854775807", .max), ("-9223372036854775808", .min), ("9.223372036854775807e18", .max),
            ("9223372036854775807.000", .max), ("1e18", 1_000_000_000_000_000_000),
        ] as [(String, Int64)])
    func integers(text: String, value: Int64) throws {
        try scan(#"{"size":\#(text)}"#)
        #expect(try line.integer(.size) == value)
    }

    @Test(
        "what is not a whole number of 64 bits is refused",
        arguments: [
            "0.5", "1.5", "15e-1", "-1e-1", "9223372036854775808", "-9223372036854775809", "18446744073709551616",
            "1e19", "1E400",
            "1e99999999999999999999", "1e-99999999999999999999", "123456789012345678901234567890",
            "0.\(String(repeating: "0", count: 400))1",
        ])
    func noIntegers(text: String) throws {
        try scan(#"{"size":\#(text)}"#)
        #expect(throws: LineError.wrongType(name: "size", found: .number, wanted: "an integer of 64 bits")) {
            try line.integer(.size)
        }
    }

    @Test(
        "numbers are the nearest double",
        arguments: [
            ("0", 0), ("1", 1), ("-1.5", -1.5), ("1e3", 1000), ("0.1", 0.1), ("1790000000.123", 1_790_000_000.123),
            ("9007199254740993", 9_007_199_254_740_992), ("1234567890123456789", 1_234_567_890_123_456_768),
            ("1e308", 1e308),
            ("1e-400", 0), ("5e-324", .leastNonzeroMagnitude),
        ] as [(String, Double)])
    func numbers(text: String, value: Double) throws {
        try scan(#"{"seconds":\#(text)}"#)
        #expect(try line.number(.seconds) == value)
    }

    @Test("decimals of every length are the nearest double")
    func decimals() throws {
        for length in 2...20 {
            for point in 1..<length {
                let digits = "98765432109876543219".prefix(length)
                let text = "\(digits.prefix(point)).\(digits.dropFirst(point))"
                try scan(#"{"seconds":\#(text),"finished_at":-\#(text)}"#)
                #expect(try line.number(.seconds) == Double(text))
                #expect(try line.number(.finishedAt) == -Double(text)!)
            }
        }
    }

    @Test("a number beyond every double is refused, and no infinity")
    func noInfinity() throws {
        try scan(#"{"seconds":1E400,"finished_at":-1e999}"#)
        #expect(throws: LineError.wrongType(name: "seconds", found: .number, wanted: "a number below 1e308")) {
            try line.number(.seconds)
        }
        #expect(throws: LineError.self) { try line.number(.finishedAt) }
    }

    @Test("a number at the very end of the reader's bytes is read to its end and not further")
    func lastBytes() throws {
        try scan(#"{"size":1234567890123456789}"#)
        #expect(try line.integer(.size) == 1_234_567_890_123_456_789)
        try scan(#"{"size":12}"#)
        #expect(try line.integer(.size) == 12)
    }

    @Test("an array of strings is returned without escapes")
    func strings() throws {
        try scan(#"{"aliases":[]}"#)
        #expect(try line.strings(.aliases) == [])
        try scan(#"{"aliases":[ "a" , "\u0062\n","",  "😀" ],"size":1}"#)
        #expect(try line.strings(.aliases) == ["a", "b\n", "", "😀"])
        #expect(try line.integer(.size) == 1)
    }

    @Test("an array of anything else is refused", arguments: ["[1]", #"["a",null]"#, #"["a",["b"]]"#, "[{}]", "[[]]"])
    func noStrings(text: String) throws {
        try scan(#"{"aliases":\#(text)}"#)
        #expect(throws: LineError.wrongType(name: "aliases", found: .array, wanted: "an array of strings")) {
            try line.strings(.aliases)
        }
    }

    @Test(
        "half of a surrogate pair passes through, and has no text",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\ud800\udc00""#, #""\ud83d\u0041""#,
        ])
    func loneSurrogate(text: String) throws {
        try scan(#"{"title":\#(text),"aliases":[\#(text)]}"#)
        #expect(line.kind(.title) == .string)
        #expect(line.raw(.title).map(Array.init) == Array(text.utf8))
        #expect(throws: LineError.loneSurrogate(name: "title")) { try line.string(.title) }
        #expect(throws: LineError.loneSurrogate(name: "aliases")) { try line.strings(.aliases) }
    }

    @Test("a field of the wrong type is named, with what was found and what was wanted")
    func wrongTypes() throws {
        try scan(#"{"path":1,"size":"1","seconds":true,"retryable":[],"aliases":{},"title":false}"#)
        func message(_ read: () throws(LineError) -> Void) -> String {
            do throws(LineError) { try read() } catch { return error.description }
            return "none"
        }
        #expect(message { () throws(LineError) in _ = try line.string(.path) } == "'path' is a number, not a string")
        #expect(message { () throws(LineError) in _ = try line.text(.title) } == "'title' is a boolean, not a string")
        #expect(message { () throws(LineError) in _ = try line.integer(.size) } == "'size' is a string, not an integer")
        #expect(
            message { () throws(LineError) in _ = try line.number(.seconds) } == "'seconds' is a boolean, not a number")
        #expect(
            message { () throws(LineError) in _ = try line.boolean(.retryable) }
                == "'retryable' is an array, not a boolean")
        #expect(
            message { () throws(LineError) in _ = try line.strings(.aliases) }
                == "'aliases' is an object, not an array of strings")
    }
}
