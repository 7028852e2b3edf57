import Records

/// The codes that stand in `error`, each with a small number. Codes that this version does not know are kept as they
/// are: a newer `tf-fetch` may have written the journal.
package struct ErrorCodes: Sendable {
    package struct Number: BitwiseCopyable, Hashable, Sendable {
        let value: UInt16

        /// No error.
        package static let none = Number(value: 0)
        /// A failure that does not say why, or whose code is none that a tool would write.
        package static let unnamed = Number(value: 1)

        static let unsigned = ErrorCodes.known(.unsigned)
        private static let interrupted = ErrorCodes.known(.interrupted)
        private static let busy = ErrorCodes.known(.busy)

        /// The try was stopped, or the file was in another process's hands: nothing was learnt about the file.
        var isUnfinishedTry: Bool { self == Self.interrupted || self == Self.busy }
    }

    /// Hostile lines could name a new code each.
    private static let mostCodes = 1000
    private static let longestCode = 64

    private var codes: [String] = ["", "(none)"] + ErrorCode.allCases.map(\.rawValue)
    private var numbers: [String: Number]
    /// The code of the last failure: they come in swarms.
    private var latest = Number.unnamed

    init() {
        numbers = [:]
        for (index, code) in codes.enumerated() { numbers[code] = Number(value: UInt16(index)) }
    }

    /// The code as it is written in results.
    package subscript(number: Number) -> String { codes[Int(number.value)] }

    private static func known(_ error: ErrorCode) -> Number {
        Number(value: UInt16(2 + ErrorCode.allCases.firstIndex(of: error)!))
    }

    mutating func number(of text: UnsafeRawBufferPointer?) -> Number {
        guard let text, !text.isEmpty, text.count <= Self.longestCode else { return .unnamed }
        if text.isText(codes[Int(latest.value)]) { return latest }
        latest = intern(String(decoding: text, as: UTF8.self))
        return latest
    }

    private mutating func intern(_ code: String) -> Number {
        if let number = numbers[code] { return number }
        guard codes.count < Self.mostCodes else { return .unnamed }
        let number = Number(value: UInt16(codes.count))
        codes.append(code)
        numbers[code] = number
        return number
    }
}
