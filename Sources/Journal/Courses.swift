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
        /// The first title that a line gave it.
        package internal(set) var title: String?
    }

    /// By index of their numbers.
    package private(set) var all = [Course(id: nil, title: nil)]
    private var numbers: [Int64: Number] = [:]
    /// The course of the last line: neighbours mostly belong to one.
    private var latest = Number.none

    /// The number of a course, with its title taken where none is known yet.
    mutating func number(of id: Int64, title: @autoclosure () -> String?) -> Number {
        if all[latest.index].id != id { latest = number(of: id) }
        if all[latest.index].title == nil { all[latest.index].title = title() }
        return latest
    }

    private mutating func number(of id: Int64) -> Number {
        if let number = numbers[id] { return number }
        let number = Number(value: UInt32(all.count))
        all.append(Course(id: id, title: nil))
        numbers[id] = number
        return number
    }
}
