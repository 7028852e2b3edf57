/// Texts that parsers have stumbled over, in the manner of JSONTestSuite. Each value is in `{"a":…}` and, to be
/// seen in the middle of things, in `{"a":[0,…,0],"b":…}`.
enum Corpus {
    static let validValues: [[UInt8]] = texts([
        "0", "-0", "1", "-1", "10", "123456789012345678", "1234567890123456789", "123456789012345678901234567890",
        "0.0",
        "-0.0", "0e0", "0e1", "0E+1", "0e-1", "1e0", "1E400", "1e-400", "-1.5E+10",
        "1.000000000000000000000000000000001",
        "20e1", "123e45", "123.456e-78", "-123123123123123123123123123123", "0.4e00669999999999999999999",
        "true", "false", "null", "[]", "{}", "[[]]", "[{}]", #"{"":0}"#, #"{"":""}"#, "[ ]", "{ }", "[\t]", "[\r]",
        "[\n]",
        "[null]", "[1,null,\"\"]", "[1 , 2]", "[true\t]", #"{"a":1,"a":2}"#, #"{"a":1,"a":1}"#,
        #"{"a":{"a":{"a":{}}}}"#,
        #""""#, #"" ""#, #""\"""#, #""\\""#, #""\/""#, #""/""#, #""\b\f\n\r\t""#, #""\\n""#, #""\\\\\\\"""#, #""a\\""#,
        #""\u0000""#, #""\u001f""#, #""\u0022""#, #""\u005c""#, #""\u005C""#, #""\u00e9""#, #""\uABCD\uefAb""#,
        #""\ud83d\ude00""#, #""\uDBFF\uDFFF""#, #""\u2028\u2029""#, #""\uFFFE\uFFFF""#, #""\uFEFF""#,
        #""\ud800""#, #""\udc00""#, #""\uDC00\uD800""#, #""\ud800\ud800""#, #""\ud800\ud800\udc00""#, #""\ud800x""#,
        #""\ud800\n""#, #""\ud83d\u0041""#, #""x\udfff""#, #"{"\ud800":"\udc00"}"#, #"{"\ud83d\ude00":0}"#,
        "\"\u{7F}\"", "\"\u{80}\u{9F}\"", "\"\u{2028}\u{2029}\"", "\"\u{FEFF}\"", "\"\u{FFFE}\u{FFFF}\"", "\"é日😀\"",
        "\"\u{10FFFF}\"", "\"\u{0}\"".replacing("\u{0}", with: "\\u0000"), #""{}[],:\"{}[]""#, #""//""#, #""/* */""#,
        #""NaN""#, #""true""#, "\"" + String(repeating: "\\\\", count: 70) + "\"",
        "\"" + String(repeating: "é", count: 70) + "\"",
        String(repeating: "1", count: 400), "0." + String(repeating: "0", count: 400) + "1",
    ])

    static let invalidValues: [[UInt8]] =
        texts([
            // Numbers.
            "", "-", "+1", "+0", "00", "01", "-01", "-00", "1.", "-1.", "0.e1", "1.e1", ".5", "-.5", ".", "1e", "1e+",
            "1e-",
            "1E", "1e1.5", "1e0x1", "1..2", "1.2.3", "1-2", "1+2", "--1", "-+1", "- 1", "1 2", "1 000", "1_000", "0x1",
            "0xFF",
            "1f", "1n", "1e1e1", "0b1", "0o7", "012", "1a", "1\"", "1\"\"", "1true", "NaN", "-NaN", "nan", "Inf",
            "Infinity",
            "-Infinity", "1\u{660}", "\u{FF11}", "1\u{A0}", "2.e3", "0.1.", "9.e+", "[-]", "[1.]",
            // Words.
            "t", "tru", "truE", "True", "TRUE", "truee", "true1", "true\"\"", "fals", "falsee", "False", "nul", "nulll",
            "Null",
            "null0", "n", "undefined", "a", "none", "'a'", "`a`", "a\"b\"", "*", "@", "#", "$", "\\u0031", "\\n", "\\",
            "&", "<null>",
            // Strings.
            "\"", "\"a", "\"\\", "\"\\\"", "\"\\\\\\\"", #""\u""#, #""\u1""#, #""\u12""#, #""\u123""#, #""\u123g""#,
            #""\u+123""#, #""\u-123""#, #""\u 123""#, #""\U0041""#, #""\x41""#, #""\a""#, #""\v""#, #""\0""#, #""\'""#,
            #""\e""#,
            #""\ ""#, #""\ud800\""#, #""\ud800\u""#, #""\ud800\u1""#, #""\ud800\x""#, #""\ud800\u12g4""#,
            #""\udc00\q""#,
            "\"\\é\"", "\"\\😀\"", "\"\\\t\"", "\"a\"b", "\"a\"\"b\"", "\"a\" \"b\"", #""a"1"#, #""a"null"#, #""a" : 1"#,
            // Arrays.
            "[", "]", "[[]", "[]]", "[,]", "[,1]", "[1,]", "[1,,2]", "[1 2]", "[1;2]", "[1:2]", "[\"a\":1]",
            "[\"a\" 1]", "[1",
            "[1,", "[1}", "[\"", "[\"a", "[,", "[[[[", "[{]}", "[{}", "[1]]", "[]1", "[][]", "[],[", "[1]x",
            "[\"a\",\n4\n,1,", "[a]",
            // Objects.
            "{", "}", "{}}", "{{}", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{,"a":1}"#, #"{"a":1,,"b":2}"#,
            #"{"a" 1}"#,
            #"{"a"::1}"#, #"{"a":1:2}"#, #"{"a":1 "b":2}"#, #"{"a":1;"b":2}"#, "{a:1}", "{'a':1}", "{1:1}", "{null:1}",
            "{[]:1}",
            "{{}:1}", "{true:1}", #"{"a",1}"#, #"{"a"=1}"#, #"{"a":1]"#, #"{"a":"b"#, #"{"a":"b""#, #"{"a":1"#,
            #"{"a""#, #"{"a"#, #"{""#,
            #"{:1}"#, #"{:}"#, #"{"a":1}{}"#, #"{"a":1}x"#, #"{"a"b:1}"#, #"{"a""b":1}"#, #"{"a":"b"c}"#,
            #"{"a":1"b":2}"#,
            #"{"a":[}"#, #"{"a":{]}"#, #"{"a":(1)}"#, #"{"a":1//x"#, #"{"a":/*x*/1}"#, #"{"a":1}#"#,
            // Comments, white space that is not white space in JSON, marks.
            "/**/1", "1/**/", "//\n1", "1//", "#1", "\u{FEFF}1", "1\u{FEFF}", "\u{A0}1", "\u{2028}1", "\u{2060}1",
            "\u{85}1",
            "1,", ",1", ",", ":", "1:", "\"a\":", "[1],", "é", "😀",
        ]) + [
            // NULs and other control characters, as tokens, in strings and behind them; some look to simdjson like `,`
            // and `:`.
            [0x00], Array("1".utf8) + [0x00], [0x00] + Array("1".utf8), quoted([0x00]), quoted([0x5C, 0x00]), [0x7F],
            [0x0C],
            Array("[1".utf8) + [0x0C] + Array("2]".utf8), Array("[1".utf8) + [0x0C] + Array(",2]".utf8),
            Array(#"{"a""#.utf8) + [0x1A] + Array("1}".utf8), Array(#"{"a""#.utf8) + [0x1A] + Array(":1}".utf8),
            [0x0B] + Array("1".utf8), Array("1".utf8) + [0x0B], [0x1B], [0x5B, 0x1D], [0x0D, 0x0C],
        ] + (0..<0x20).map { quoted([$0]) } + (0..<0x20).map { quoted(Array("abc".utf8) + [0x5C, $0]) }

    /// What is not UTF-8, each kind of it (Unicode 15, table 3-7), to be put in a string.
    static let badUTF8: [[UInt8]] = [
        [0x80], [0xBF], [0x80, 0x80], [0xC0, 0x80], [0xC0, 0xAF], [0xC1, 0xBF], [0xC2], [0xC2, 0x00], [0xC2, 0x41],
        [0xC2, 0xC0],
        [0xDF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0], [0xE1, 0x80], [0xE1, 0x80, 0x41],
        [0xE2, 0x82, 0xE2],
        [0xED, 0xA0, 0x80], [0xED, 0xAF, 0xBF], [0xED, 0xB0, 0x80], [0xED, 0xBF, 0xBF],
        [0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80],
        [0xEF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x90, 0x80], [0xF0, 0x9F, 0x98, 0x41],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80],
        [0xFE], [0xFF], [0xFE, 0xFF], [0xFF, 0xFE], [0xE9],
    ]

    /// Whole lines that are not an object, or more than one.
    static let invalidLines: [[UInt8]] = texts([
        "", " ", "{", "}", "{}{}", "{} {}", "{}\n{}", "{},", ",{}", "{}]", "{}}", "[{}", "{}\u{FEFF}", "\u{FEFF}{}",
        "\u{FEFF}",
        "{}\0", "\0{}", "\0", "{}x", "x{}", "{}1", "{}\"\"", "{}//", "{}#", "null{}", "{\"a\":1}\r{\"b\":2}",
        "\u{1E}{}", "{}garbage",
        // The line ends inside a value, on a bracket that looks like its own.
        "{\"a\":[{}", "{\"a\":[[{}", "{\"a\":{\"b\":{}", "{\"a\":[\"b\",[{}", "{\"a\":[1,{\"b\":2}",
        "[", "]", "[]]", "[1,]", "[}", "\"", "\"a", "é", "<html>", "(null)",
    ])

    static let valid: [[UInt8]] =
        validValues.flatMap(inContext) + texts(["{}", " {}", "{} ", "\t{ }\r", "{\r\n}", "\n{}\n"])
        + [nested(1), nested(10), nested(999)]

    static let invalid: [[UInt8]] =
        (invalidValues + badUTF8.map(quoted) + badUTF8).flatMap(inContext) + invalidLines
        + [
            nested(1000), nested(1023), nested(1024), nested(100_000), unclosed("[", 1 << 20),
            unclosed(#"{"a":"#, 200_000),
        ]

    static func quoted(_ text: [UInt8]) -> [UInt8] { [0x22] + text + [0x22] }

    /// `{"a":[[…]]}`: arrays inside the line's own object.
    static func nested(_ depth: Int) -> [UInt8] {
        Array((#"{"a":"# + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "}").utf8)
    }

    private static func unclosed(_ text: String, _ count: Int) -> [UInt8] {
        Array((#"{"a":"# + String(repeating: text, count: count)).utf8)
    }

    private static func inContext(_ value: [UInt8]) -> [[UInt8]] {
        [
            Array(#"{"a":"#.utf8) + value + Array("}".utf8),
            Array(#"{"a":[0,"#.utf8) + value + Array(#",0],"b":"#.utf8) + value + Array(#","c":0}"#.utf8),
        ]
    }

    private static func texts(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }
}
