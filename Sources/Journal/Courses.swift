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
    /// Open-addressed: a free place is 0, since no course that a line names has that number. A dictionary took an eighth of
    /// the time of reading a journal whose lines go from course to course.
    private var slots = [UInt32](repeating: 0, count: 1024)
    /// Drawn anew in each process: nobody can choose ids that collide.
    private let factor = UInt64.random(in: .min ... .max) | 1
    /// The course of the last line: neighbours mostly belong to one.
    private var latest = Number.none

    /// The number of a course, with its title taken where none is known yet.
    mutating func number(of id: Int64, title: @autoclosure () -> String?) -> Number {
        if all[latest.index].id != id { latest = number(of: id) }
        if all[latest.index].title == nil { all[latest.index].title = title() }
        return latest
    }

    private mutating func number(of id: Int64) -> Number {
        let slot = slot(of: id)
        if slots[slot] != 0 { return Number(value: slots[slot]) }
        let number = Number(value: UInt32(all.count))
        all.append(Course(id: id, title: nil))
        slots[slot] = number.value
        if all.count > slots.count / 2 { grow() }
        return number
    }

    /// The place of the course, or the free one where it belongs. The product's upper half: its lower bits depend on the
    /// lower bits of the id alone.
    private func slot(of id: Int64) -> Int {
        let product = UInt64(bitPattern: id).multipliedFullWidth(by: factor)
        var slot = Int(truncatingIfNeeded: product.high ^ product.low >> 32) & (slots.count - 1)
        while slots[slot] != 0 && all[Int(slots[slot])].id != id { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for number in 1..<all.count { slots[slot(of: all[number].id!)] = UInt32(number) }
    }
}
