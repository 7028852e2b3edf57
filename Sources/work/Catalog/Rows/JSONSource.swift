package import NDJSON
internal import Records

/// Rows that are objects of JSON, from a file, a pipe or a server. An object with rows in it, a course with its
/// channels and segments, means these.
package final class JSONSource: RowSource {
    package let name: String
    package let looksLike: String
    private let lines: any JSONLines
    private let reopen: () throws(CatalogError) -> (any RowSource)?
    private let names: ColumnNames
    private let columns: JSONColumns
    private let scanner: FieldScanner
    private let nest: NestedRows
    /// What the fields of the row are.
    // A source belongs to one thread, and nothing that it calls calls it back.
    private var fields = FieldKinds()
    private var line: RawLine?
    /// Whether the line as it came was not JSON, and was made JSON.
    private var isMended = false
    private var error: RecordError?

    /// - Parameter reopen: the same rows once more; nil where what was read is gone.
    init(
        _ name: String, _ lines: some JSONLines, _ names: ColumnNames, looksLike: String,
        reopen: @escaping () throws(CatalogError) -> (any RowSource)?
    ) {
        self.name = name
        self.looksLike = looksLike
        self.lines = lines
        self.reopen = reopen
        self.names = names
        columns = JSONColumns(names)
        scanner = FieldScanner(names: columns.names)
        nest = NestedRows()
    }

    package var explanation: [String] {
        ["it is JSON, with a \(lines.unit) for each row"]
            + ColumnNames.mappable.compactMap { column in
                names.mapped(column).map { "'\(column.name)' is its field '\($0)', by --map" }
            }
    }

    package var rowName: String { "\(lines.unit) \(line?.number ?? 0)" }

    package func advance(beforeReading: () throws(CatalogError) -> Void) throws(CatalogError) -> Bool {
        error = nil
        isMended = false
        if nest.advance() {
            scanNested()
            return true
        }
        line = try lines.next(name, beforeReading)
        guard let line else { return false }
        scan { () throws(LineError) in try scan(line) }
        if error == nil && isNested {
            scan { () throws(LineError) in
                try nest.open(isMended ? BareWords.replaced(line.bytes) : [UInt8](line.bytes))
            }
            if nest.advance() { scanNested() }
        } else if line.bytes.count > LineReader.longestLine {
            error = RecordError("\(LineError.tooLong)")
        }
        return true
    }

    private func scan(_ line: RawLine) throws(LineError) {
        do throws(LineError) { try scanner.scan(line) } catch {
            // Python writes NaN and infinities as bare words.
            guard error == .notJSON, BareWords.occur(in: line.bytes) else { throw error }
            isMended = true
            try scanner.scan(BareWords.replaced(line.bytes))
        }
    }

    private func scanNested() {
        scan { () throws(LineError) in
            guard nest.row.count <= LineReader.longestLine else { throw LineError.tooLong }
            try scanner.scan(nest.row)
        }
    }

    private var isNested: Bool { fields.arrays & columns.nested != 0 }

    private func scan(_ body: () throws(LineError) -> Void) {
        do throws(LineError) {
            fields = FieldKinds()
            try body()
            fields = scanner.fieldKinds
            guard fields.objects & columns.nested != 0, !isRecord else { return }
            // PHP writes a list whose numbers have gaps as an object: its rows must not be lost in silence.
            for column in [Column.channels, .segments] where fields.objects & column.bit != 0 {
                throw LineError.wrongType(name: column.name, found: .object, wanted: "an array")
            }
        } catch {
            self.error = RecordError("\(error)")
        }
    }

    package func check() throws(RecordError) {
        if let error { throw error }
    }

    package var isRecord: Bool { hasValue(.path, Column.path.rawValue) }

    package func again() throws(CatalogError) -> (any RowSource)? { try reopen() }
}

// MARK: - Values

extension JSONSource {
    package func integer(_ column: Column) throws(RecordError) -> Int64? {
        let name = present(column)
        if fields.plainIntegers & 1 << UInt64(name) != 0 { return scanner.raw(name)?.plainInteger }
        guard fields.present & 1 << UInt64(name) != 0 else { return nil }
        switch number(column, name) {
        case .number(let value): return value
        case .nothing: return nil
        case .unusable(let reason): throw RecordError(column, reason)
        }
    }

    private func number(_ column: Column, _ name: UInt8) -> CellNumber {
        guard let kind = scanner.kind(name), let value = scanner.raw(name) else { return .nothing }
        switch kind {
        case .number: return CellNumber(value, of: column)
        case .string:
            guard let text = text(name) else { return .unusable("has half of a surrogate pair") }
            return CellNumber(text, of: column)
        default: return .unusable("is \(kind.phrase), not an integer")
        }
    }

    package func append(_ column: Column, to text: inout [UInt8]) throws(RecordError) -> Bool {
        let name = present(column)
        guard let value = try self.text(column, name) else { return false }
        text.append(contentsOf: value)
        return true
    }

    /// The text of a field, whose bytes are good until the next scan; nil where the row has none.
    private func text(_ column: Column, _ name: UInt8) throws(RecordError) -> UnsafeRawBufferPointer? {
        guard hasValue(column, name), let kind = scanner.kind(name) else { return nil }
        switch (kind, column) {
        case (.string, _):
            guard let text = text(name) else { throw RecordError(column, "has half of a surrogate pair") }
            return text
        // No video, as PHP and databases have it.
        case (.true, .video), (.false, .video), (.number, .video): return nil
        case (.number, _), (.true, .isFolder), (.false, .isFolder): return scanner.raw(name)
        default: throw RecordError(column, "is \(kind.phrase), not a string")
        }
    }

    /// Nil where it has half of a surrogate pair.
    private func text(_ name: UInt8) -> UnsafeRawBufferPointer? {
        do throws(LineError) { return try scanner.text(name) } catch { return nil }
    }

    /// Whether the field says something: neither null nor, where that cannot be a value, a word for it.
    private func hasValue(_ column: Column, _ name: UInt8) -> Bool {
        guard fields.present & 1 << UInt64(name) != 0 else { return false }
        guard fields.shortStrings & 1 << UInt64(name) != 0 else { return true }
        guard let text = text(name) else { return true }
        return column.isTitle ? !text.isBackslashN : !NothingWords.contain(text)
    }

    package func copy(_ column: Column, to output: inout LineBuffer) throws(RecordError) {
        let name = present(column)
        guard fields.present & 1 << UInt64(name) != 0 else { return }
        if column.isInteger {
            if let value = try integer(column) { output.add(column.label, value) }
        } else if column == .aliases {
            guard let kind = scanner.kind(name), let value = scanner.raw(name) else { return }
            guard kind == .array else { throw RecordError(column, "is \(kind.phrase), not an array") }
            output.add(column.label, raw: value)
        } else if let value = try text(column, name) {
            if fields.strings & 1 << UInt64(name) != 0, let written = scanner.raw(name) {
                output.add(column.label, raw: written)
            } else {
                output.add(column.label, text: value)
            }
        }
    }

    package func copyUnknown(to output: inout LineBuffer, _ messages: inout RowMessages) {
        var known = columns.written
        for column in Column.written {
            let name = present(column)
            known |= 1 << UInt64(name)
            // What says nothing under its other names either is not passed on.
            if fields.present & 1 << UInt64(name) == 0 { known |= columns.bits(column) }
        }
        output.copyFields(of: scanner, without: known)
    }

    /// The name by which the row has the column.
    private func present(_ column: Column) -> UInt8 {
        let first = columns.first(column)
        let present = columns.bits(column) & fields.present
        if present == 0 || present & 1 << UInt64(first) != 0 && fields.shortStrings & 1 << UInt64(first) == 0 {
            return first
        }
        // One alone is the one, whatever it holds.
        if present & (present - 1) == 0 { return UInt8(present.trailingZeroBitCount) }
        let candidates = columns.candidates(column)
        return candidates.first { hasValue(column, $0) } ?? candidates.first { scanner.has($0) } ?? first
    }
}

// MARK: - Records

extension JSONSource {
    /// A record goes out as it came; of its fields those that the tools after it would stumble over are put right, at
    /// the line's end, or left out.
    package func copyRecord(
        _ object: ListedObject?, to output: inout LineBuffer, _ messages: inout RowMessages
    ) throws(RecordError) {
        var left: UInt64 = object?.replaced ?? 0
        var mended = LineBuffer()
        let doubtful = fields.present & ~soundFields & ~left & columns.ofRecords
        for column in Column.ofRecords where doubtful & column.bit != 0 {
            if try !isSound(column, &mended, &messages) { left |= column.bit }
        }
        guard left != 0 || object != nil || nest.isOpen || isMended else {
            if let line { output.add(line: line.bytes) }
            return
        }
        output.open()
        output.copyFields(of: scanner, without: left)
        // Each field with a comma before it: of a record the path is there already.
        if !mended.isEmpty { output.append(mended) }
        object?.write(to: &output)
        output.close()
    }

    /// The fields that can go out as they are, as one can see by their kind: nearly all are.
    private var soundFields: UInt64 {
        fields.strings & columns.titles | fields.strings & ~fields.shortStrings & columns.texts
            | fields.plainIntegers & columns.integers | fields.arrays & Column.aliases.bit
    }

    /// Whether a field can go out as it is; else what it should be is written to `mended`.
    private func isSound(
        _ column: Column, _ mended: inout LineBuffer, _ messages: inout RowMessages
    ) throws(RecordError) -> Bool {
        let name = column.rawValue
        guard let kind = scanner.kind(name) else { return true }
        if column.isInteger {
            switch number(column, name) {
            case .number(let value):
                if kind == .number { return true }
                mended.add(column.label, value)
            case .nothing: break
            case .unusable(let reason): messages.passOver(column.name, of: rowName, reason)
            }
            return false
        }
        if kind == (column == .aliases ? .array : .string), column.isTitle || hasValue(column, name) { return true }
        do throws(RecordError) {
            if column == .aliases { throw RecordError(column, "is \(kind.phrase), not an array") }
            if let value = try text(column, name) { mended.add(column.label, text: value) }
        } catch {
            guard !column.isPlace else { throw error }
            messages.passOver(column.name, of: rowName, error.reason)
        }
        return false
    }
}
