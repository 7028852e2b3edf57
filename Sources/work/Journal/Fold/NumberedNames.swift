internal import POSIX
internal import Records

/// The courses that lines name, each with a small number.
package struct Courses: Sendable {
    package struct Number: BitwiseCopyable, Hashable, Sendable {
        let value: UInt32

        /// What belongs to no course.
        package static let none = Number(value: 0)

        /// Counts from 0, which is `none`.
        package var index: Int { Int(value) }
    }

    package struct Course: Sendable {
        /// Nil for what belongs to no course.
        package let id: Int64?
        /// The catalogue's, or the first of those that results give it, by their bytes: the order of lines does not matter.
        package internal(set) var title: String?
    }

    /// By index of their numbers.
    package private(set) var all = [Course(id: nil, title: nil)]
    /// A free place has number 0, which no course that a line names has.
    private struct Slot {
        var id: Int64 = 0
        var number: UInt32 = 0
    }

    /// Open-addressed. A dictionary took an eighth of the time of reading a journal whose lines go from course to
    /// course.
    private var slots = [Slot](repeating: Slot(), count: 1024)
    /// Chosen at random in each process: no one can choose ids that collide.
    private let factor = UInt64.random(in: .min ... .max) | 1
    /// The course of the last line: neighbours mostly belong to one.
    private var latest = Number.none
    private var latestID: Int64 = 0
    /// By number, whether the title is the catalogue's. Beside the courses themselves, since it is read for each line.
    private var hasListedTitle = [false]

    /// The number of a course that the catalogue names. Of its titles there the first counts.
    mutating func list(_ id: Int64, title: @autoclosure () -> String?) -> Number {
        find(id)
        if !hasListedTitle[latest.index], let title = title() {
            all[latest.index].title = title
            hasListedTitle[latest.index] = true
        }
        return latest
    }

    /// The number of a course that a result names.
    mutating func number(of id: Int64, title: UnsafeRawBufferPointer?) -> Number {
        find(id)
        guard !hasListedTitle[latest.index], let title else { return latest }
        if let known = all[latest.index].title {
            guard !title.isText(known), title.lexicographicallyPrecedes(known.utf8) else { return latest }
        }
        all[latest.index].title = String(decoding: title, as: UTF8.self)
        return latest
    }

    private mutating func find(_ id: Int64) {
        if latestID != id || latest == .none { (latest, latestID) = (number(of: id), id) }
    }

    /// For a course that a line names.
    func id(of number: Number) -> Int64 { all[number.index].id ?? .min }

    private mutating func number(of id: Int64) -> Number {
        let slot = slot(of: id)
        if slots[slot].number != 0 { return Number(value: slots[slot].number) }
        let number = Number(value: UInt32(all.count))
        all.append(Course(id: id, title: nil))
        hasListedTitle.append(false)
        slots[slot] = Slot(id: id, number: number.value)
        if all.count > slots.count / 2 { grow() }
        return number
    }

    /// Begins to fetch what is known of a course from memory.
    func prefetch(_ id: Int64) {
        slots.withUnsafeBufferPointer { Memory.prefetch($0.baseAddress! + home(of: id)) }
    }

    /// The place of the course, or the free one where it belongs.
    private func slot(of id: Int64) -> Int {
        var slot = home(of: id)
        while slots[slot].number != 0 && slots[slot].id != id { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    /// By the product's upper half: its lower bits depend on the lower bits of the id alone.
    private func home(of id: Int64) -> Int {
        let product = UInt64(bitPattern: id).multipliedFullWidth(by: factor)
        return Int(truncatingIfNeeded: product.high ^ product.low >> 32) & (slots.count - 1)
    }

    private mutating func grow() {
        let old = slots
        slots = [Slot](repeating: Slot(), count: old.count * 2)
        for known in old where known.number != 0 { slots[slot(of: known.id)] = known }
    }
}

/// The codes of `error`, each with a small number. Codes that this version does not know are kept as they
/// are: a newer `tf-fetch` may have written the journal.
package struct ErrorCodes: Sendable {
    package struct Number: BitwiseCopyable, Hashable, Sendable {
        let value: UInt16

        /// No error.
        package static let none = Number(value: 0)
        /// A failure that does not say why, or whose code is not one that a tool would write.
        package static let unnamed = Number(value: 1)

        static let unsigned = ErrorCodes.known(.unsigned)
        static let interrupted = ErrorCodes.known(.interrupted)
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

    func contains(_ code: String) -> Bool { numbers[code] != nil }

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
