internal import Records

/// What is said about rows: of those that give no record each of the first few, then how many more; and for each column
/// once how many of its values were passed over.
package struct RowMessages {
    private struct PassedOver {
        var count = 0
        let row: String
        let reason: String
    }

    private let source: String
    private let say: (String) -> Void
    private var badRows: FirstMessages
    private var passedOver: [(column: String, PassedOver)] = []

    init(_ source: String, _ say: @escaping (String) -> Void) {
        self.source = source
        self.say = say
        badRows = FirstMessages { say("\(source): \($0)") }
    }

    /// How many rows gave no record.
    var count: Int { badRows.count }

    /// Whether the next one will be reported in full.
    var isListing: Bool { badRows.isSaying }

    mutating func add(_ row: String, _ problem: String) { badRows.say("\(row): \(problem)") }

    /// The record does without a value, which cannot be used.
    ///
    /// - Parameter reason: as of a `RecordError`.
    mutating func passOver(_ column: String, of row: @autoclosure () -> String, _ reason: String) {
        let index = passedOver.firstIndex { $0.column == column }
        if index == nil { passedOver.append((column, PassedOver(row: row(), reason: reason))) }
        passedOver[index ?? passedOver.count - 1].1.count += 1
    }

    /// Says something about the source as a whole.
    func tell(_ message: String) { say("\(source): \(message)") }

    /// To be called after the last row.
    func finish() {
        badRows.finish { "\(counted($0, "more bad row")), not listed" }
        for (column, values) in passedOver {
            tell(
                "'\(column)' is left out of \(counted(values.count, "record")): \(values.row): it \(values.reason)")
        }
    }
}

/// `1 segment`, `2 segments`.
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
