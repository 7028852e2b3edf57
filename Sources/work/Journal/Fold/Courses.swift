internal import POSIX

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
    /// A free place has number 0, which no course that a line names has.
    private struct Slot {
        var id: Int64 = 0
        var number: UInt32 = 0
    }

    /// Open-addressed. A dictionary took an eighth of the time of reading a journal whose lines go from course to course.
    private var slots = [Slot](repeating: Slot(), count: 1024)
    /// Drawn anew in each process: nobody can choose ids that collide.
    private let factor = UInt64.random(in: .min ... .max) | 1
    /// The course of the last line: neighbours mostly belong to one.
    private var latest = Number.none
    private var latestID: Int64 = 0
    /// By number. Beside the courses themselves, since it is looked at for each line.
    private var hasTitle = [false]

    /// The number of a course, with its title taken where none is known yet.
    mutating func number(of id: Int64, title: @autoclosure () -> String?) -> Number {
        if latestID != id || latest == .none { (latest, latestID) = (number(of: id), id) }
        if !hasTitle[latest.index] {
            all[latest.index].title = title()
            hasTitle[latest.index] = all[latest.index].title != nil
        }
        return latest
    }

    private mutating func number(of id: Int64) -> Number {
        let slot = slot(of: id)
        if slots[slot].number != 0 { return Number(value: slots[slot].number) }
        let number = Number(value: UInt32(all.count))
        all.append(Course(id: id, title: nil))
        hasTitle.append(false)
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
