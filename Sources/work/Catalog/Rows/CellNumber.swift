internal import Records

/// An integer as databases, exports, spreadsheets and scripts write it. What is not exact is not taken.
enum CellNumber: Equatable {
    case number(Int64)
    /// The cell says that there is no value.
    case nothing
    /// Why it is not an integer: `is 'x', not an integer`.
    case unusable(String)

    /// - Parameter text: a field of a table, a text of a database, a string or number of JSON.
    init(_ text: UnsafeRawBufferPointer, of column: Column) {
        if let plain = text.plainInteger {
            self = .number(plain)
        } else {
            self.init(String(decoding: text, as: UTF8.self), of: column)
        }
    }

    init(_ text: String, of column: Column) {
        let value = Self.unwrapped(text)
        if NothingWords.contain(value) {
            self = .nothing
        } else if column == .runtime, let seconds = ClockText.seconds(value) {
            self = .number(seconds)
        } else {
            do throws(DecimalText.Problem) {
                self = Self.checked(try DecimalText(value, isGroupedOnly: column != .runtime).integer(), of: column)
            } catch {
                self = .unusable("is '\(value.shortened)', \(error.reason(value))")
            }
        }
    }

    /// An integer that the source has as one. Where there is nothing to count, some say -1.
    static func checked(_ value: Int64, of column: Column) -> CellNumber {
        guard value < 0, !column.isID else { return .number(value) }
        return value == -1 ? .nothing : .unusable("is \(value), below 0")
    }

    /// A number with binary digits, as SQLite stores it.
    init(_ value: Double, of column: Column) {
        if value.magnitude > Double(DecimalText.largestSafe) {
            self = .unusable("is \(value), \(DecimalText.Problem.rounded.reason(""))")
        } else if let whole = Int64(exactly: value) {
            self = Self.checked(whole, of: column)
        } else {
            self = .unusable("is \(value), \(DecimalText.Problem.notAnInteger.reason(""))")
        }
    }

    var integer: Int64? { if case .number(let value) = self { value } else { nil } }

    /// Without white space around it, and without what makes a spreadsheet take it for text: `="101"`, `'101`, `"101"`.
    private static func unwrapped(_ text: String) -> String {
        var value = text.trimmed
        if value.first == "=" { value = String(value.dropFirst()).trimmed }
        if value.count >= 2, value.first == "\"", value.last == "\"" {
            value = String(value.dropFirst().dropLast()).trimmed
        }
        if value.first == "'", value.count > 1 { value = String(value.dropFirst()).trimmed }
        return value
    }
}

extension UnsafeRawBufferPointer {
    /// Up to 18 digits and nothing else, as nearly all integers are.
    var plainInteger: Int64? {
        guard (1...18).contains(count) else { return nil }
        var value: Int64 = 0
        for byte in self {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return value
    }

    /// `\N`, which is NULL even where a text for people would be.
    var isBackslashN: Bool { count == 2 && self[0] == UInt8(ascii: "\\") && self[1] == UInt8(ascii: "N") }

    /// Looks at each byte, even after one that is not ASCII: eight at once are faster than the first alone.
    var isASCII: Bool {
        var all: UInt8 = 0
        for byte in self { all |= byte }
        return all < 0x80
    }

    /// Whether it is UTF-8. Most texts are ASCII.
    var isUTF8: Bool { isASCII || String(validating: self, as: UTF8.self) != nil }
}

extension [UInt8] {
    /// Whether what follows from `start` on is UTF-8. Most texts are ASCII.
    func isUTF8(from start: Int) -> Bool {
        withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[start...]).isUTF8 }
    }
}

/// What is written where there is no value: of databases and their clients, of scripts, and of spreadsheets.
enum NothingWords {
    private static let words: Set<String> = [
        "", "null", "\\n", "(null)", "[null]", "<null>", "none", "nil", "undefined", "n/a", "na", "<na>", "#n/a", "nan",
        "nat", "-", "--", "–", "—",
    ]
    private static let longest = 9

    static func contain(_ text: String) -> Bool {
        text.utf8.count <= longest && words.contains(text.lowercased())
    }

    /// The same for the bytes of a key, a path, a URL or an ETag: no object is called like that.
    static func contain(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // Most values are longer, or numbers.
        guard let first = bytes.first else { return true }
        guard bytes.count <= longest, first < UInt8(ascii: "0") || first > UInt8(ascii: "9") else { return false }
        return words.contains(String(decoding: bytes, as: UTF8.self).trimmed.lowercased())
    }

    /// Without quotation marks in CSV these are NULL, in a column of texts too.
    static func isBareNull(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count >= 2, bytes.count <= 6 else { return bytes.isEmpty }
        switch bytes[0] {
        case UInt8(ascii: "N"), UInt8(ascii: "n"), UInt8(ascii: "\\"), UInt8(ascii: "["), UInt8(ascii: "<"),
            UInt8(ascii: "("):
            return ["NULL", "null", "\\N", "[NULL]", "<null>", "<NULL>", "(null)"].contains {
                bytes.elementsEqual($0.utf8)
            }
        default: return false
        }
    }
}

/// Decimal digits with what may be among them: marks of thousands, a decimal mark, an exponent.
struct DecimalText {
    enum Problem: Error, Equatable {
        case notAnInteger, tooLarge, rounded
        case ambiguous(Int64, Int64)
        case fraction(String)

        func reason(_ text: String) -> String {
            switch self {
            case .notAnInteger:
                text.looksLikeDate ? "a date, not an integer: a spreadsheet may have made it one" : "not an integer"
            case .tooLarge: "which does not fit into 64 bits"
            case .rounded: "which may have been rounded"
            case .ambiguous(let one, let other): "which may be \(one) or \(other)"
            case .fraction(let groups): "which may be \(groups) or a number with decimals"
            }
        }
    }

    /// Up to here every integer has a double of its own.
    static let largestSafe: UInt64 = 1 << 53
    /// From here on a spreadsheet shows a number by its first digits and an exponent.
    private static let longestPlain = 11

    private var isNegative = false
    private var digits: [UInt8] = []
    private var decimals = 0
    private var exponent = 0
    private var hasPoint = false
    private var hasExponent = false
    /// The other number that a single comma can mean.
    private var problem: Problem?

    /// - Parameter isGroupedOnly: the column never has decimals, so that a comma before three digits marks thousands.
    init(_ text: String, isGroupedOnly: Bool) throws(Problem) {
        var rest = Substring(text)
        if let sign = rest.first, "+-\u{2212}".contains(sign) {
            isNegative = sign != "+"
            rest.removeFirst()
        }
        let mantissa = rest.prefix { $0 != "e" && $0 != "E" }
        try readExponent(rest[mantissa.endIndex...])
        try readMantissa(mantissa, isGroupedOnly)
    }

    func integer() throws(Problem) -> Int64 {
        if let problem { throw problem }
        var all = digits.drop { $0 == 0 }
        var shift = exponent - decimals
        while shift < 0, all.last == 0 {
            all.removeLast()
            shift += 1
        }
        guard !all.isEmpty else { return 0 }
        guard shift >= 0 else { throw .notAnInteger }
        let significant = all.count - all.reversed().prefix { $0 == 0 }.count
        let length = all.count + shift
        guard length <= 19 else { throw hasPoint || hasExponent ? .rounded : .tooLarge }
        if hasExponent, length > Self.longestPlain, significant < length { throw .rounded }
        var value: Int64 = 0
        for digit in Array(all) + [UInt8](repeating: 0, count: shift) {
            // Negative all along: the range reaches one further there.
            let (shifted, isTooFar) = value.multipliedReportingOverflow(by: 10)
            let (next, isTooLarge) = shifted.subtractingReportingOverflow(Int64(digit))
            guard !isTooFar && !isTooLarge else { throw .tooLarge }
            value = next
        }
        if hasPoint || hasExponent, value.magnitude > Self.largestSafe { throw .rounded }
        if isNegative { return value }
        guard value != .min else { throw .tooLarge }
        return -value
    }

    private mutating func readExponent(_ text: Substring) throws(Problem) {
        guard !text.isEmpty else { return }
        hasExponent = true
        var power = text.dropFirst()
        let isDown = power.first == "-"
        if let sign = power.first, "+-".contains(sign) { power.removeFirst() }
        guard !power.isEmpty, power.count <= 4, power.allSatisfy(\.isDigit), let value = Int(power) else {
            throw .notAnInteger
        }
        exponent = isDown ? -value : value
    }

    private mutating func readMantissa(_ text: Substring, _ isGroupedOnly: Bool) throws(Problem) {
        let marks = text.filter { !$0.isDigit }
        guard marks.count < text.count, marks.allSatisfy({ ".,' _\u{A0}\u{2009}\u{202F}\u{2019}".contains($0) }) else {
            throw .notAnInteger
        }
        digits = text.compactMap { $0.isDigit ? $0.asciiValue! - 0x30 : nil }
        guard let mark = marks.last else { return }
        let isLastAlone = marks.count { $0 == mark } == 1 && (mark == "." || mark == ",")
        let whole = isLastAlone ? text.prefix { $0 != mark } : text
        let others = Set(whole.filter { !$0.isDigit })
        guard others.count <= 1, others.isEmpty || Self.isGrouped(whole, by: others.first!) else {
            throw .notAnInteger
        }
        guard isLastAlone else { return }
        decimals = text.count - whole.count - 1
        hasPoint = true
        if mark == ",", marks.count == 1, Self.isGrouped(text, by: ",") { try readComma(text, isGroupedOnly) }
    }

    /// One comma before three digits: of thousands, or a decimal mark.
    private mutating func readComma(_ text: Substring, _ isGroupedOnly: Bool) throws(Problem) {
        let grouped = text.filter(\.isDigit)
        if text.hasSuffix("000") {
            problem = .ambiguous(Int64(grouped.dropLast(3)) ?? 0, Int64(grouped) ?? 0)
        } else if isGroupedOnly {
            (decimals, hasPoint) = (0, false)
        } else {
            problem = .fraction(String(grouped))
        }
    }

    /// Whether one to three digits are before the first mark, and three after each; in India two, but for the last.
    private static func isGrouped(_ text: Substring, by mark: Character) -> Bool {
        let groups = text.split(separator: mark, omittingEmptySubsequences: false)
        guard let first = groups.first, (1...3).contains(first.count), first != "0" else { return false }
        return groups.last?.count == 3 && groups.dropFirst().allSatisfy { (2...3).contains($0.count) }
    }
}

extension Character {
    var isDigit: Bool { self >= "0" && self <= "9" }
}

extension String {
    /// Without white space, and the mark of a byte order, at its ends.
    var trimmed: String {
        let scalars = unicodeScalars
        let isSpace = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace || scalar == "\u{FEFF}" }
        guard let first = scalars.firstIndex(where: { !isSpace($0) }),
            let last = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// As much of it as fits into a message.
    fileprivate var shortened: String { count <= 40 ? self : prefix(40) + "…" }

    /// Numbers, or a number and the name of a month, with hyphens, slashes, points or blanks between them.
    fileprivate var looksLikeDate: Bool {
        let months: Set<String> = [
            "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ]
        let parts = lowercased().split { "-/. ,:".contains($0) }
        let names = parts.count { months.contains(String($0.prefix(3))) }
        let numbers = parts.count { $0.allSatisfy { $0.isDigit || $0 == "t" || $0 == "z" } }
        return numbers >= 1 && names + numbers == parts.count && (names == 1 || numbers >= 3)
    }
}
